"""Abstract models; the kernel has no tables of its own."""

from django.db import models


class OfMerchant(models.Model):
    """
    A row that belongs to one merchant and is hidden from every other one.

    The table needs `backoffice.kernel.rls.Protect` in its migration.  The key has no index of its own: every index
    that a list uses is led by `merchant`, because the policy adds that condition to every query.
    """

    merchant = models.ForeignKey("merchants.Merchant", on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True


class OfParent(OfMerchant):
    """
    The same for a row that hangs on another one of the merchant, which proves the merchant too.

    The table needs `backoffice.kernel.rls.Belongs` or, where bulk writes leave many rows, `Tied` in its migration; the
    key to the parent needs no constraint then.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )

    class Meta:
        abstract = True


class Stamped(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

"""Files of products on their way into the catalog."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from catalog.types import ImportState, Verdict


class ProductImport(OfMerchant):
    """
    One uploaded file.

    headings: the file's first row.  mapping: for each column the field that it fills, "" when it is left out.
    counts: verdict → rows, once checked.  sees_cost: whether its author may see and set costs.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.CharField(max_length=300)
    name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    headings = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    sees_cost = models.BooleanField(default=False)
    job_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["merchant", "-created_at", "-id"], name="product_import_by_time")]

    def __str__(self) -> str:
        return self.name


class ImportRow(OfMerchant):
    """
    A row of a checked file.

    number: as the person counts in the file, the heading is row 1.  values: field → text.  sku_id: the SKU that it
    changes, no foreign key, because the SKU may go before the row.
    changes: [[field, old, new]].  problems: [[field, message]].
    """

    batch = models.ForeignKey(ProductImport, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    article = models.CharField(max_length=200, blank=True)
    sku_id = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")]

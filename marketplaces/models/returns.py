"""Goods that come back, as marketplaces tell of them."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class ReturnRow(OfMerchant):
    """
    A return, or an order that was not taken, as last read.

    number: the order's, as the marketplace has it.  kind, stage: `dto.ReturnKind`, `dto.ReturnStage`; stage "" is one
    that is new to us.  status, substatus: verbatim (money, way of the goods).  lines: [{"offer_id", "pieces",
    "decision", "reason"}].  place, keep_until: where and until when the goods may be fetched.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    external_id = models.CharField(max_length=60)
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    stage = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=60, blank=True)
    substatus = models.CharField(max_length=60, blank=True)
    lines = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="RUB")
    place = models.CharField(max_length=500, blank=True)
    keep_until = models.DateTimeField(null=True)
    needs_decision = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="return_once")]
        indexes = [models.Index(fields=["channel", "number"], name="return_by_order")]

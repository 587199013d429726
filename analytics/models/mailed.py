"""Dashboards that come by e-mail."""

from django.db import models

from analytics.types import Every
from backoffice.kernel.models import OfMerchant


class MailedReport(OfMerchant):
    """
    The overview of one merchant, sent to a person; query: its filters, without the period, which `every` says.

    last_day: of the last one sent.  stopped_at: by the person, or by one click in the letter.
    """

    person = models.ForeignKey("merchants.Person", on_delete=models.CASCADE, related_name="+")
    every = models.CharField(max_length=5, choices=Every.choices)
    query = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    last_day = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "person", "every", "query"],
                condition=models.Q(stopped_at=None),
                name="mailed_report_once",
            )
        ]

from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import AppendOnly, Protect, ReverseOnly


class Migration(migrations.Migration):
    """Rows are hidden from other merchants; what was accepted is only ever added to, or reversed."""

    replaces = [("settlements", "0002_protect")]
    dependencies = [("settlements", "0001_tables")]

    operations = [
        Protect("settlements_agreement"),
        Protect("settlements_report"),
        Protect("settlements_reportline"),
        Protect("settlements_payment"),
        Protect("settlements_entry"),
        Audit("settlements_agreement"),
        Audit("settlements_payment"),
        AppendOnly("settlements_reportline"),
        AppendOnly("settlements_entry"),
        ReverseOnly("settlements_report", mark="reversed_at", others=["reversed_because"]),
        ReverseOnly("settlements_payment", mark="reversed_at"),
    ]

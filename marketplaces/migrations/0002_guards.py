from django.db import migrations

from backoffice.kernel.rls import Protect

PROTECTED = [
    "marketplaces_credential",
    "marketplaces_cursor",
    "marketplaces_debt",
    "marketplaces_command",
    "marketplaces_attemptlog",
    "marketplaces_attemptsubject",
    "marketplaces_publication",
    "marketplaces_ownstockrow",
    "marketplaces_quarantine",
    "marketplaces_rawpayload",
    "marketplaces_inboxaddress",
    "marketplaces_inboxitem",
    "marketplaces_sweepfind",
    "marketplaces_offerfeed",
    "marketplaces_feedomission",
    "marketplaces_feedfetch",
    "marketplaces_returnrow",
]


class Migration(migrations.Migration):
    """What was said to marketplaces, and by them, is hidden from other merchants."""

    replaces = [("marketplaces", "0002_protect")]
    dependencies = [("marketplaces", "0001_tables")]

    operations = [Protect(table) for table in PROTECTED]

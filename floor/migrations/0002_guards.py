from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import AppendOnly, Protect

PROTECTED = [
    "floor_waveorder",
    "floor_picktask",
    "floor_putback",
    "floor_scan",
    "floor_packsession",
    "floor_packphoto",
    "floor_placed",
    "floor_cameback",
]


class Migration(migrations.Migration):
    """Work is hidden from other merchants, scans are only ever added, badges are recorded without their secrets."""

    replaces = [("floor", "0003_protect")]
    dependencies = [("floor", "0001_tables")]

    operations = [
        *(Protect(table) for table in PROTECTED),
        AppendOnly("floor_scan"),
        Audit("floor_badge", masked=["code_digest", "pin"], merchant=""),
    ]

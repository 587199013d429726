from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Stickers are hidden from other merchants; changes of printers are recorded, keys of agents without their hash."""

    replaces = [("labels", "0002_protect")]
    dependencies = [("labels", "0001_tables")]

    operations = [
        Protect("labels_labelfile"),
        Protect("labels_printitem"),
        Protect("labels_printwish"),
        Audit("labels_printerprofile", merchant=""),
        Audit("labels_station", merchant=""),
        Audit("labels_stationkey", masked=["digest"], merchant=""),
    ]

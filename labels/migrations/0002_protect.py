from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants, changes of the set-up recorded."""

    dependencies = [("labels", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("labels_labelfile"),
        Protect("labels_printitem"),
        Audit("labels_printerprofile", merchant=""),
        Audit("labels_station", merchant=""),
    ]

from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants."""

    dependencies = [("shipping", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("shipping_handover"),
        Protect("shipping_handoverorder"),
        Protect("shipping_document"),
    ]

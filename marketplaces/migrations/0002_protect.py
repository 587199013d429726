from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants."""

    dependencies = [("marketplaces", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("marketplaces_credential"),
        Protect("marketplaces_cursor"),
        Protect("marketplaces_debt"),
        Protect("marketplaces_command"),
        Protect("marketplaces_attemptlog"),
        Protect("marketplaces_attemptsubject"),
        Protect("marketplaces_publication"),
        Protect("marketplaces_ownstockrow"),
        Protect("marketplaces_quarantine"),
        Protect("marketplaces_rawpayload"),
    ]

from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_answered")]

    operations = [Protect("exchange_answered")]

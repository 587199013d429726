from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What Django cannot say: wishes hidden from other merchants, keys of agents recorded without their hash."""

    dependencies = [("labels", "0003_print_agents")]

    operations = [
        Protect("labels_printwish"),
        Audit("labels_stationkey", masked=["digest"], merchant=""),
    ]

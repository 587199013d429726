from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants, and whose changes are recorded."""

    dependencies = [("exchange", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("exchange_connection"),
        Protect("exchange_use"),
        Protect("exchange_session"),
        Protect("exchange_request"),
        Protect("exchange_upload"),
        Protect("exchange_message"),
        Protect("exchange_problem"),
        Protect("exchange_item"),
        Protect("exchange_pending"),
        Protect("exchange_picture"),
        Protect("exchange_word"),
        Protect("exchange_ordersync"),
        Audit("exchange_connection", masked=["secret_hash"]),
    ]

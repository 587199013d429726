from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect

PROTECTED = [
    "exchange_connection",
    "exchange_use",
    "exchange_session",
    "exchange_request",
    "exchange_upload",
    "exchange_message",
    "exchange_problem",
    "exchange_item",
    "exchange_pending",
    "exchange_picture",
    "exchange_word",
    "exchange_ordersync",
    "exchange_node",
    "exchange_change",
    "exchange_registration",
    "exchange_answered",
    "exchange_stockdocument",
    "exchange_incoming",
    "exchange_hook",
    "exchange_delivery",
]


class Migration(migrations.Migration):
    """Rows are hidden from other merchants; changes of who may connect are recorded without their secrets."""

    replaces = [("exchange", "0002_protect")]
    dependencies = [("exchange", "0001_tables")]

    operations = [
        *(Protect(table) for table in PROTECTED),
        Audit("exchange_connection", masked=["secret_hash", "former_hash"]),
        Audit("exchange_hook", masked=["secret", "former_secret"]),
    ]

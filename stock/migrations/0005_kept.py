import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.rls import Kept


class Migration(migrations.Migration):
    """Warehouses and places are closed, never removed; a move names who made it without asking each time."""

    dependencies = [("stock", "0004_transfers"), ("merchants", "0003_kept")]

    operations = [
        Kept("stock_warehouse"),
        Kept("stock_location"),
        migrations.AlterField(
            model_name="move",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]

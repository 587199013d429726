import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.rls import Kept


def named(to: str, *, null: bool = True) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    """Waves are never removed; a scan names what it read in its transaction without asking for each once more."""

    dependencies = [
        ("floor", "0007_told_by_scans"),
        ("merchants", "0003_kept"),
        ("orders", "0009_kept"),
        ("stock", "0005_kept"),
    ]

    operations = [
        Kept("floor_wave"),
        migrations.AlterField("scan", "merchant", named("merchants.merchant", null=False)),
        migrations.AlterField("scan", "person", named(settings.AUTH_USER_MODEL, null=False)),
        migrations.AlterField("scan", "wave", named("floor.wave")),
        migrations.AlterField("scan", "order", named("orders.order")),
        migrations.AlterField("scan", "warehouse", named("stock.warehouse")),
        migrations.AlterField("scan", "location", named("stock.location")),
    ]

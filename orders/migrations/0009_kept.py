import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.rls import Kept


def named(to: str) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    """Orders are never removed; timelines and pieces name people and places without asking each time."""

    dependencies = [("orders", "0008_return_reason"), ("merchants", "0003_kept"), ("stock", "0005_kept")]

    operations = [
        Kept("orders_order"),
        migrations.AlterField("orderevent", "person", named(settings.AUTH_USER_MODEL)),
        migrations.AlterField("unit", "location", named("stock.location")),
    ]

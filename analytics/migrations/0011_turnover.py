from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    """How long goods lie before they go."""

    dependencies = [("analytics", "0010_lines_by_sku")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="stood",
            field=models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=12),
        ),
        migrations.AddField(model_name="article", name="gone", field=models.IntegerField(default=0)),
        *(
            migrations.AddField(
                model_name="shelflook",
                name=name,
                field=models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=18),
            )
            for name in ("stood", "gone")
        ),
    ]

"""Goods are carried from one warehouse to another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0003_ties"),
    ]

    operations = [
        migrations.AlterField(
            model_name="move",
            name="reason",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt"),
                    ("transfer", "transfer between warehouses"),
                    ("adjustment", "adjustment"),
                    ("found", "found while picking"),
                    ("put_away", "put away"),
                    ("pick", "pick"),
                    ("put_back", "put back"),
                    ("issue", "handed over"),
                    ("return", "return"),
                    ("write_off", "write-off"),
                    ("defect", "defect"),
                    ("supply", "handed over to the commissioner"),
                    ("report", "by the commissioner's report"),
                    ("assemble", "kit assembled"),
                    ("take_apart", "kit taken apart"),
                ],
                max_length=12,
            ),
        ),
    ]

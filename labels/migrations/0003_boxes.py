import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """An order may have several boxes, each with a sticker of its own."""

    dependencies = [
        ("labels", "0002_guards"),
        ("merchants", "0001_people_and_audit"),
    ]

    operations = [
        migrations.AddField(
            model_name="labelfile",
            name="boxes",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="BoxLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("barcode", models.CharField(max_length=120)),
                ("stuck_at", models.DateTimeField(null=True)),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="box_labels", to="labels.labelfile"
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "ordering": ["label", "number"],
                "indexes": [models.Index(fields=["merchant", "barcode"], name="box_label_by_barcode")],
                "constraints": [models.UniqueConstraint(fields=("label", "number"), name="box_label_once")],
            },
        ),
        Protect("labels_boxlabel"),
    ]

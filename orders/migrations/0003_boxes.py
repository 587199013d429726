from django.db import migrations, models


class Migration(migrations.Migration):
    """Units lie in boxes; pieces may be asked to be taken off an order."""

    dependencies = [
        ("catalog", "0004_boxes"),
        ("merchants", "0001_people_and_audit"),
        ("orders", "0002_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="giving_up_pieces",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="unit",
            name="box",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="order_by_parent"
            ),
        ),
    ]

"""A payment that was reversed leaves its GUID to the one that takes its place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlements", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="payment", name="payment_guid_once"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reversed_at", None)), fields=("merchant", "guid"), name="payment_guid_once"
            ),
        ),
    ]

"""Personal data of buyers: apart, encrypted, expiring."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class BuyerData(OfMerchant):
    """Name, phone, address and comment as an encrypted JSON object; removed after `expires_at`."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="buyer_data")
    sealed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

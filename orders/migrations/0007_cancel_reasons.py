from django.db import migrations

# What the marketplaces called a reason until now, and the word that their adapters give it from now on.
WORDS = """
    VALUES
        ('USER_CHANGED_MIND', 'changed_mind'),
        ('BuyerDoesNotWantOrder', 'changed_mind'),
        ('BuyerOtherReasons', 'changed_mind'),
        ('declined_by_client', 'changed_mind'),
        ('CUSTOMER_CANCELED', 'changed_mind'),
        ('Покупатель передумал', 'changed_mind'),
        ('USER_BOUGHT_CHEAPER', 'cheaper'),
        ('USER_PLACED_OTHER_ORDER', 'other_order'),
        ('REPLACING_ORDER', 'other_order'),
        ('BuyerChangeCoupon', 'other_order'),
        ('USER_REFUSED_DELIVERY', 'refused'),
        ('canceled_by_client', 'refused'),
        ('reject', 'refused'),
        ('USER_REFUSED_PRODUCT', 'not_suited'),
        ('BuyerWantChangeProduct', 'not_suited'),
        ('USER_REFUSED_QUALITY', 'quality'),
        ('USER_UNREACHABLE', 'unreachable'),
        ('canceled_by_missed_call', 'unreachable'),
        ('cancel_missed_call', 'unreachable'),
        ('BuyerCannotContactSeller', 'unreachable'),
        ('PICKUP_EXPIRED', 'not_fetched'),
        ('FULL_NOT_RANSOM', 'not_fetched'),
        ('USER_HAS_NO_TIME_TO_PICKUP_ORDER', 'not_fetched'),
        ('cancel_shelf_life', 'not_fetched'),
        ('BuyerNotPickUpPosting', 'not_fetched'),
        ('Покупатель не забрал заказ', 'not_fetched'),
        ('USER_WANTS_TO_CHANGE_ADDRESS', 'other_terms'),
        ('USER_WANTS_TO_CHANGE_DELIVERY_DATE', 'other_terms'),
        ('BuyerChangeMailAddress', 'other_terms'),
        ('BuyerChangeLogistic', 'other_terms'),
        ('USER_WANTED_ANOTHER_PAYMENT_METHOD', 'other_payment'),
        ('USER_NOT_PAID', 'not_paid'),
        ('RESERVATION_EXPIRED', 'not_paid'),
        ('RESERVATION_FAILED', 'not_paid'),
        ('BuyerCannotPayment', 'not_paid'),
        ('PaymentTimeout', 'not_paid'),
        ('SHOP_FAILED', 'seller'),
        ('cancel', 'seller'),
        ('CancelledBySeller', 'seller'),
        ('CONFIRMATION_REJECT', 'seller'),
        ('LATE_REJECT', 'seller'),
        ('MERCHANT_CANCELED', 'seller'),
        ('Другое (вина продавца)', 'seller'),
        ('MISSING_ITEM', 'out_of_stock'),
        ('ProductNotEnough', 'out_of_stock'),
        ('Товар закончился на складе продавца', 'out_of_stock'),
        ('PENDING_EXPIRED', 'not_handled'),
        ('PROCESSING_EXPIRED', 'not_handled'),
        ('CONFIRMATION_EXPIRED', 'not_handled'),
        ('PACKING_EXPIRED', 'not_handled'),
        ('WAREHOUSE_FAILED_TO_SHIP', 'not_handed_over'),
        ('SHIPPING_EXPIRED', 'not_handed_over'),
        ('ShippingTimeout', 'not_handed_over'),
        ('BROKEN_ITEM', 'damaged'),
        ('DAMAGED_BOX', 'damaged'),
        ('defect', 'damaged'),
        ('Остался только бракованный товар', 'damaged'),
        ('WRONG_ITEM', 'wrong_goods'),
        ('WRONG_ITEM_DELIVERED', 'wrong_goods'),
        ('LOST', 'lost'),
        ('DELIVERY_SERVICE_LOST', 'lost'),
        ('SORTING_CENTER_LOST', 'lost'),
        ('DROPOFF_LOST', 'lost'),
        ('DELIVERY_SERVICE_FAILED', 'not_delivered'),
        ('DELIVERY_SERVICE_UNDELIVERED', 'not_delivered'),
        ('DELIVERY_PROBLEMS', 'not_delivered'),
        ('COURIER_NOT_DELIVER_ORDER', 'not_delivered'),
        ('COURIER_RETURNED_ORDER', 'not_delivered'),
        ('COURIER_RETURNS_ORDER', 'not_delivered'),
        ('canceled_by_carrier', 'not_delivered'),
        ('cancel_carrier', 'not_delivered'),
        ('TOO_LONG_DELIVERY', 'too_long'),
        ('ANTIFRAUD', 'fraud'),
        ('USER_FRAUD', 'fraud'),
        ('SecurityClose', 'fraud'),
        ('CancelledByBuyer', ''),
        ('posting_canceled', '')
"""
FILL = f"""
    ALTER TABLE orders_order NO FORCE ROW LEVEL SECURITY;
    UPDATE orders_order o SET cancel_reason = words.word
      FROM ({WORDS}) words (told, word) WHERE o.cancel_reason = words.told;
    ALTER TABLE orders_order FORCE ROW LEVEL SECURITY;
"""  # noqa: S608  our own words


class Migration(migrations.Migration):
    """Reasons of cancellations are words of ours; which of theirs means what, their adapters know."""

    dependencies = [
        ("orders", "0006_told"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

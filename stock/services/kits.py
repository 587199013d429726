"""What follows for stock when kits change."""

from backoffice.kernel import events as bus
from catalog.events import KitsChanged
from stock.events import AvailabilityChanged


def offer_anew(fact: KitsChanged) -> None:
    """How many of a kit there are depends on its components: it is offered anew."""
    bus.publish(AvailabilityChanged(merchant_id=fact.merchant_id, sku_ids=fact.sku_ids, at=fact.at))

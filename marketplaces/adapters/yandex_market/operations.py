"""
The operations that we call, with their documented limits, under the names of the specification.

The same numbers stand there machine-readably (`x-resource-limit-config`); a test compares them.  Some limits count not
calls but what is in them: then `elements` is how many a call holds at most, and as many fewer calls are made.  The
numbers are those without a subscription; with one some are larger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplaces.ports import Limit

HOUR, MINUTE = 3600.0, 60.0

ORDERS_PAGE = 50
OFFERS_PAGE = 100
STOCKS_PAGE = 100
STOCKS_READ = 500
STOCKS_WRITE = 2000
PRICES_WRITE = 500
PRICES_READ = 200
WAREHOUSES_PAGE = 30
CAMPAIGNS_PAGE = 100
RETURNS_PAGE = 100
SHIPMENTS_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One operation: path with {businessId}, {campaignId}, {orderId} or {shipmentId} in it.

    amount: how many per period_s.  elements: what a call counts at most (1 = calls are counted).
    """

    name: str
    method: str
    path: str
    amount: int
    period_s: float = HOUR
    elements: int = 1

    @property
    def limits(self) -> Sequence[Limit]:
        requests = self.amount // self.elements
        return (Limit(group=f"yandex_market:{self.name}", requests=requests, period_s=self.period_s),)


BUSINESS, CAMPAIGN = "businesses/{businessId}", "campaigns/{campaignId}"
ORDER, SHIPMENT = f"/v2/{CAMPAIGN}/orders/{{orderId}}", f"/v2/{CAMPAIGN}/first-mile/shipments/{{shipmentId}}"

KEY = Operation(name="getAuthTokenInfo", method="POST", path="/v2/auth/token", amount=100)
CAMPAIGNS = Operation(name="getCampaigns", method="GET", path="/v2/campaigns", amount=1000)
SETTINGS = Operation(name="getBusinessSettings", method="POST", path=f"/v2/{BUSINESS}/settings", amount=100)
WAREHOUSES = Operation(name="getPagedWarehouses", method="POST", path=f"/v2/{BUSINESS}/warehouses", amount=100)
WAREHOUSES_V3 = Operation(name="getBusinessWarehousesV3", method="POST", path=f"/v3/{BUSINESS}/warehouses", amount=100)
MARKET_WAREHOUSES = Operation(name="getFulfillmentWarehouses", method="GET", path="/v2/warehouses", amount=100)
OFFERS = Operation(
    name="getOfferMappings", method="POST", path=f"/v2/{BUSINESS}/offer-mappings", amount=100, period_s=MINUTE
)

GET_ORDERS = Operation(name="getBusinessOrders", method="POST", path=f"/v1/{BUSINESS}/orders", amount=10_000)
GET_BUYER = Operation(name="getOrderBuyerInfo", method="GET", path=f"{ORDER}/buyer", amount=3000)
SET_STATUS = Operation(name="updateOrderStatus", method="PUT", path=f"{ORDER}/status", amount=10_000)
SET_BOXES = Operation(name="setOrderBoxLayout", method="PUT", path=f"{ORDER}/boxes", amount=10_000)
SET_MARKS = Operation(name="provideOrderItemIdentifiers", method="PUT", path=f"{ORDER}/identifiers", amount=10_000)
GET_MARKS = Operation(name="getOrderIdentifiersStatus", method="POST", path=f"{ORDER}/identifiers/status", amount=1000)
LABELS = Operation(name="generateOrderLabels", method="GET", path=f"{ORDER}/delivery/labels", amount=10_000)
LABEL_DATA = Operation(name="getOrderLabelsData", method="GET", path=f"{ORDER}/delivery/labels/data", amount=10_000)
SET_TRACK = Operation(name="setOrderDeliveryTrackCode", method="POST", path=f"{ORDER}/delivery/track", amount=10_000)
CHECK_CODE = Operation(name="verifyOrderEac", method="PUT", path=f"{ORDER}/verifyEac", amount=10_000)
ANSWER_CANCEL = Operation(name="acceptOrderCancellation", method="PUT", path=f"{ORDER}/cancellation/accept", amount=500)

FIND_SHIPMENTS = Operation(
    name="searchShipments", method="PUT", path=f"/v2/{CAMPAIGN}/first-mile/shipments", amount=200
)
GET_SHIPMENT = Operation(name="getShipment", method="GET", path=SHIPMENT, amount=200)
CONFIRM = Operation(name="confirmShipment", method="POST", path=f"{SHIPMENT}/confirm", amount=200)
ACT = Operation(name="downloadShipmentAct", method="GET", path=f"{SHIPMENT}/act", amount=200)
INBOUND_ACT = Operation(name="downloadShipmentInboundAct", method="GET", path=f"{SHIPMENT}/inbound-act", amount=200)
WAYBILL = Operation(
    name="downloadShipmentTransportationWaybill", method="GET", path=f"{SHIPMENT}/transportation-waybill", amount=200
)

SET_STOCKS = Operation(
    name="updateStocks",
    method="PUT",
    path=f"/v2/{CAMPAIGN}/offers/stocks",
    amount=100_000,
    period_s=MINUTE,
    elements=STOCKS_WRITE,
)
GET_STOCKS = Operation(
    name="getStocks",
    method="POST",
    path=f"/v2/{CAMPAIGN}/offers/stocks",
    amount=100_000,
    period_s=MINUTE,
    elements=STOCKS_READ,
)
SET_STOCKS_V3 = Operation(
    name="updateStocksV3", method="POST", path=f"/v3/{BUSINESS}/offers/stocks/update", amount=50, period_s=MINUTE
)
GET_STOCKS_V3 = Operation(
    name="getStocksV3", method="POST", path=f"/v3/{BUSINESS}/offers/stocks", amount=500, period_s=MINUTE
)
SET_PRICES = Operation(
    name="updateBusinessPrices",
    method="POST",
    path=f"/v2/{BUSINESS}/offer-prices/updates",
    amount=10_000,
    period_s=MINUTE,
    elements=PRICES_WRITE,
)
GET_PRICES = Operation(
    name="getDefaultPrices",
    method="POST",
    path=f"/v2/{BUSINESS}/offer-prices",
    amount=5000,
    period_s=MINUTE,
    elements=PRICES_READ,
)
QUARANTINE = Operation(
    name="getBusinessQuarantineOffers",
    method="POST",
    path=f"/v2/{BUSINESS}/price-quarantine",
    amount=5000,
    period_s=MINUTE,
)
GET_RETURNS = Operation(name="getReturns", method="GET", path=f"/v2/{CAMPAIGN}/returns", amount=5000)

"""
A door for buyers on the live server, which the product does not have: an order arrives and is applied at once, on the
path that workers take.  Used by the race for the last piece only.
"""

import json
from datetime import UTC, datetime

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from marketplaces.sync import pull, streams
from merchants.roles import public
from tests.fakes.marketplace import FakeMarketplace, remote_order


@public
@csrf_exempt
def buy(request: HttpRequest) -> JsonResponse:
    """`{"merchant", "channel", "warehouse", "number"}`: one mug."""
    asked = json.loads(request.body)
    fake = FakeMarketplace()
    fake.orders[asked["number"]] = remote_order(asked["number"], ("mug", 1), warehouse_id=asked["warehouse"])
    stream = f"buyer.{asked['number']}"
    done = pull.run(
        merchant_id=asked["merchant"],
        channel_id=asked["channel"],
        stream=stream,
        kinds={stream: streams.reloading([asked["number"]])},
        connect=fake.connect,
        clock=lambda: datetime.now(UTC),
    )
    return JsonResponse({"applied": done is not None})


urlpatterns = [path("buy/", buy), path("", include("backoffice.urls"))]

from django.urls import path

from exchange.views import protocol

app_name = "exchange"

urlpatterns = [
    path("exchange", protocol.exchange, name="exchange"),
    path("exchange/", protocol.exchange, name="exchange-slash"),
]

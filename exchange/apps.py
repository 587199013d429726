from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """1C and other programs."""

    name = "exchange"

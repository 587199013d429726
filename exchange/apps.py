"""1C and other programs: the standard exchange, the API with its changes feed, webhooks."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        from exchange.selectors import found
        from workspace.services.names import provide_names

        provide_names("exchange", found.messages)
        provide_names("api", found.programs)
        provide_names("document", found.documents)

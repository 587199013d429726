from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """1C and other programs."""

    name = "exchange"

    def ready(self) -> None:
        from exchange.selectors import found
        from workspace.services.names import provide_names

        provide_names("exchange", found.messages)
        provide_names("api", found.programs)
        provide_names("document", found.documents)

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class BackofficeConfig(AppConfig):
    """The project itself: static files, health, and the refusal of a database role that sees past row security."""

    name = "backoffice"

    def ready(self) -> None:
        from backoffice.role import refuse_privileged_role

        connection_created.connect(refuse_privileged_role, dispatch_uid="refuse-privileged-role")

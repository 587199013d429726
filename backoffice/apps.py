from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created


class BackofficeConfig(AppConfig):
    """The project itself: static files, health, and the refusal of databases and roles that would not do."""

    name = "backoffice"

    def ready(self) -> None:
        from backoffice.role import refuse_privileged_role
        from backoffice.squashed import check_squashed

        connection_created.connect(refuse_privileged_role, dispatch_uid="refuse-privileged-role")
        checks.register(check_squashed, checks.Tags.database)

"""What every page needs: jobs, notices, saved views, exports, the page kit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "workspace"
    verbose_name = _("Workspace")

    def ready(self) -> None:
        from workspace.services.audit_export import AUDIT
        from workspace.services.export import register_export

        register_export(AUDIT)

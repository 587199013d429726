from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal


class Cancelled(Exception):
    """Somebody asked the job to stop; raised inside the work by `Run.stop_if_cancelled` and `Run.progress`."""


class NoSuchExport(Refusal):
    """The list has no export."""

    def __init__(self) -> None:
        super().__init__(_("This list cannot be exported."))


class AlreadyFinished(Refusal):
    """The job has ended: there is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_("The job has already ended."))

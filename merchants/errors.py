"""What several services of this app refuse."""

from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal


class LastOwner(Refusal):
    """A merchant would be left without an owner who may sign in."""

    def __init__(self) -> None:
        super().__init__(_("This is the last owner of the merchant. Name another owner first."))


class LastAdministrator(Refusal):
    """The installation would be left without an administrator who may sign in."""

    def __init__(self) -> None:
        super().__init__(_("This is the last administrator. Name another one first."))


class NotYours(Refusal):
    """The person works for other merchants too, or runs the installation: only the administrator may change them."""

    def __init__(self) -> None:
        super().__init__(_("This person also works elsewhere. Only the administrator may do that."))


class NotYourself(Refusal):
    """A person would lock themselves out."""

    def __init__(self) -> None:
        super().__init__(_("You cannot do that to yourself."))


class AlreadyHere(Refusal):
    """The person already has a role in the merchant."""

    def __init__(self) -> None:
        super().__init__(_("This person already has a role in this merchant."))


class Taken(Refusal):
    """Another person has this login or e-mail; `extra` names the field."""

    def __init__(self, field: str) -> None:
        message = _("Another person signs in with this. Choose a different one.")
        super().__init__(message, extra={field: message})


class Gone(Refusal):
    """The row is not there, or belongs to a merchant that the caller does not manage."""

    def __init__(self) -> None:
        super().__init__(_("There is no such record. It may have been removed meanwhile."))

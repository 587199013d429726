"""A person's saved views of lists."""

from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from workspace.models import SavedView

MOST = 30


class TooManyViews(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There are thirty views of this list already. Remove one first."))


def save_view(*, person_id: int, listing: str, name: str, query: str) -> SavedView:
    """
    Keep the filters of a list under a name; the same name is overwritten.

    :raises TooManyViews: thirty are kept
    """
    views = SavedView.objects.filter(person_id=person_id, listing=listing)
    if views.exclude(name=name).count() >= MOST:
        raise TooManyViews
    view, _new = SavedView.objects.update_or_create(
        person_id=person_id, listing=listing, name=name, defaults={"query": query}
    )
    return view


def delete_view(*, person_id: int, view_id: int) -> bool:
    """Remove a view of this person; False when it is somebody else's or not there."""
    removed, _tables = SavedView.objects.filter(pk=view_id, person_id=person_id).delete()
    return bool(removed)

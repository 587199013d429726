from dataclasses import dataclass

from workspace.models import SavedView


@dataclass(frozen=True)
class ViewRow:
    """What `_saved_views.html` shows; query is without the question mark."""

    pk: int
    name: str
    query: str


def saved_views(*, person_id: int, listing: str) -> list[ViewRow]:
    """The views that a person keeps of a list, by name: context `saved_views` of a list page."""
    found = SavedView.objects.filter(person_id=person_id, listing=listing).order_by("name")
    return [ViewRow(view.pk, view.name, view.query) for view in found]

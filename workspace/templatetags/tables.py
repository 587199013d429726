"""Parts of list pages: sorting, choosing rows, turning pages.  The state of a list is its address."""

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workspace.templatetags.icons import icon

register = Library()
_PLACES = ("page", "after", "before")  # where one stands in a list; any change of the list starts it anew


def _query(context: Context, **changes: object) -> str:
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name in (*_PLACES, *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def sort_th(context: Context, field: str, label: object, numeric: bool = False, default: str = "") -> SafeString:
    """
    This function will write a column head that sorts: `?sort=field`, again `?sort=-field`.

    default: the list's order when the address names none, given at the column that it sorts by (`-placed_at`).
    """
    request = context.get("request")
    chosen = (request.GET.get("sort") if request is not None else "") or default
    css = "num" if numeric else ""
    order, arrow, following = "none", "sort", field
    if chosen == field:
        order, arrow, following = "ascending", "sort-up", f"-{field}"
    elif chosen == f"-{field}":
        order, arrow = "descending", "sort-down"
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}">{}{}</a></th>',
        css,
        order,
        _query(context, sort=following),
        label,
        icon(arrow, size="small"),
    )


@register.simple_tag
def select_all_th() -> SafeString:
    return format_html(
        '<th scope="col" class="check"><input type="checkbox" class="form-check-input" data-select-all '
        'aria-label="{}"></th>',
        _("Choose all rows of this page"),
    )


@register.simple_tag
def select_td(value: object, name: object) -> SafeString:
    """This function will write the cell with the row's checkbox (`ids`, form `bulk-form`); `name` says which row."""
    return format_html(
        '<td class="check"><input type="checkbox" class="form-check-input" name="ids" value="{}" form="bulk-form" '
        'data-select-row aria-label="{}"></td>',
        value,
        _("Choose %(name)s") % {"name": name},
    )


@register.inclusion_tag("_pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    """
    This function will show how to turn pages.

    page: a Django `Page`, or any object with `next_key` and `previous_key` (keyset; `?after=` and `?before=`).
    """
    if isinstance(page, Page):
        return {"numbered": True, "page": page, "links": _numbers(context, page), **_steps(context, page)}
    following, previous = getattr(page, "next_key", None), getattr(page, "previous_key", None)
    return {
        "numbered": False,
        "next_url": _query(context, after=following) if following else "",
        "previous_url": _query(context, before=previous) if previous else "",
    }


def _steps(context: Context, page: Page) -> dict[str, str]:
    return {
        "next_url": _query(context, page=page.next_page_number()) if page.has_next() else "",
        "previous_url": _query(context, page=page.previous_page_number()) if page.has_previous() else "",
    }


def _numbers(context: Context, page: Page) -> list[tuple[object, str]]:
    around = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [(mark, _query(context, page=mark) if isinstance(mark, int) else "") for mark in around]


@register.simple_tag(takes_context=True)
def view_query(context: Context) -> str:
    """This function will give the list's query without the place in it: what a saved view keeps."""
    return _query(context)[1:]

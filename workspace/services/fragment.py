"""Parts of pages that follow the server: answered by 204, without a transaction, while nothing changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from backoffice.kernel import live
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request

HEADER = "X-Live-Version"


def live_fragment(action: Action, *topics: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """
    Make a view of a fragment that `data-live-url` asks for every two seconds.

    The view runs in the scope of the merchants where `action` is permitted, and only when one of the topics
    (`backoffice.kernel.live.touch`) has moved on from the version that the page has.  Stands alone: it is `needs` too.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            # Read before the rows: what changes in between is asked for once more, and never missed.
            version = fragment_version(request, *topics)
            if request.GET.get("version") == version:
                return HttpResponse(status=204)
            with scope(request.scope_merchants, person_id=request.user.pk, installation=request.user.is_administrator):
                response = view(request, *args, **kwargs)
            response[HEADER] = version
            return response

        return needs(action, own_scopes=True)(answer)

    return wrap


def fragment_version(request: Request, *topics: str) -> str:
    """The version that a page shows with its first drawing, for `data-live-version`."""
    return live.version(topics, request.scope_merchants)

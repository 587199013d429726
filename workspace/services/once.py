"""
Forms that must not count twice: goods received, money written down.

A browser sends a form once; but an answer that never came is asked for again by an impatient hand, a reload or a proxy.
The page holds a key (`{% once %}`) that is new each time it is drawn, so that a refused form may be sent again.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from merchants.types import Request

FIELD = "once"
_KEPT_S = 24 * 3600

View = Callable[..., HttpResponseBase]


def once(view: View) -> View:
    """Let a view take what a page sends once: sent again, it is told so and shown the page anew."""

    @wraps(view)
    def guarded(request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        key = request.POST.get(FIELD, "")
        if not key.isalnum():
            return view(request, *args, **kwargs)
        name = f"once:{request.user.pk}:{key[:40]}"
        if not cache.add(name, "", _KEPT_S):
            messages.warning(
                request, _("This was sent twice and has been done once. Look at the result before you enter more.")
            )
            return redirect(request.get_full_path())
        try:
            return view(request, *args, **kwargs)
        except BaseException:
            cache.delete(name)
            raise

    return guarded

"""What the floor's pages need to go on without a network: the worker that keeps them, and the page in their place."""

import json
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from merchants.roles import public

# All that a kept page loads; a test follows the imports.  The camera's decoder comes when a camera is first opened.
ASSETS = (
    "css/core.css",
    "css/floor.css",
    "icons/mark.svg",
    "icons/sprite.svg",
    "js/band.js",
    "js/camera.js",
    "js/countdown.js",
    "js/floor.js",
    "js/forget.js",
    "js/keep.js",
    "js/known.js",
    "js/layout.js",
    "js/live.js",
    "js/lock.js",
    "js/offline.js",
    "js/owed.js",
    "js/pack.js",
    "js/packing.js",
    "js/pick.js",
    "js/print.js",
    "js/queue.js",
    "js/scan.js",
    "js/sounds.js",
    "js/station.js",
    "js/texts.js",
    "js/theme.js",
)


@public
@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """
    The service worker of the floor.

    Public, as a browser asks for a newer one also after signing out; it lists files and holds nothing of anybody.
    """
    kept = {
        "assets": [static(name) for name in ASSETS],
        "pages": rf"^({reverse('floor:pack')}|{reverse('floor:pick')}\d+/)$",
        "offline": reverse("floor:offline"),
    }
    version = sha256(json.dumps(kept).encode()).hexdigest()[:12]
    words = {"kept": json.dumps({"version": version, **kept})}
    return render(request, "floor/worker.js", words, content_type="text/javascript; charset=utf-8")


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the worker in place of a page that it has not kept: what can be opened meanwhile."""
    return render(request, "floor/offline.html", {"person": None})  # it is kept for whoever comes next

"""Where each app's pages hang; apps are named by string, nothing is imported for a screen."""

from importlib.util import find_spec

from django.urls import include, path

from backoffice import health

# Where people scan comes first, and last what has no prefix of its own: a look-up tries one after another.
APPS = {
    "floor/": ["floor"],
    "catalog/": ["catalog"],
    "stock/": ["stock"],
    "orders/": ["orders"],
    "labels/": ["labels"],
    "shipping/": ["shipping"],
    "settlements/": ["settlements"],
    "sync/": ["marketplaces"],
    "1c/": ["exchange"],
    "api/": ["exchange.api"],
    "analytics/": ["analytics"],
    "": ["merchants", "workspace"],
}

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    *(
        path(prefix, include(f"{app}.urls"))
        for prefix, apps in APPS.items()
        for app in apps
        if find_spec(f"{app}.urls") is not None
    ),
]

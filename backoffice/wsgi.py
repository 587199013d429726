import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from backoffice.role import check_role  # noqa: E402  needs the apps to be loaded
from catalog.models import Channel  # noqa: E402
from marketplaces import registry  # noqa: E402
from marketplaces.selectors import due  # noqa: E402
from merchants.scope import scope  # noqa: E402

check_role()

# What requests load at their first use is loaded now: a worker that begins to work while two hundred notices a second
# arrive would hold them all up for as long.  Of the marketplaces only those that somebody has connected.
_ = get_resolver().url_patterns
with scope(due.merchant_ids()):
    connected = set(Channel.objects.order_by().values_list("marketplace", flat=True))
for code in connected.intersection(registry.BUILT_IN):
    registry.adapter_class(code)

# All of this stays.  A full collection that walked through it would hold every request of the process up for 0.2 s.
gc.collect()
gc.freeze()

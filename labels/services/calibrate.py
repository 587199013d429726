"""A test page that goes the whole way: queue, agent, printer."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from labels.models import LabelFile, PrinterProfile, PrintItem, Station
from labels.render.calibration import calibration
from labels.render.geometry import MEDIA, RESOLUTIONS
from labels.render.place import PDF, Placing
from labels.services import wake
from labels.services.order_label import keep_file
from labels.types import LabelSource, Way


def drawn(printer: PrinterProfile) -> bytes:
    """Rulers and three barcodes without the printer's shift: that is added to every sticker on its way."""
    title = f"{printer.name} · {printer.dpi} dpi"
    return calibration(Placing(MEDIA[printer.media]), head=RESOLUTIONS[printer.dpi], title=title)


@transaction.atomic
def print_page(*, content: bytes, station: Station, merchant_id: int, person_id: int, now: datetime) -> PrintItem:
    """Queue a page that is no order's at a station with an agent."""
    label = LabelFile(
        merchant_id=merchant_id,
        source=LabelSource.OWN,
        content_type=PDF,
        digest=sha256(content).hexdigest(),
        stored_at=now,
    )
    keep_file(label, content)
    label.save()
    wake.wake(station.pk)
    return PrintItem.objects.create(
        merchant_id=merchant_id,
        label=label,
        station=station,
        person_id=person_id,
        way=Way.AGENT,
        created_at=now,
        place_at=now,
    )

"""Papers of a supply: the list, and a sticker for every box.  Drawn outside any transaction."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from labels.render.sticker import BoxSticker
from labels.services import box_stickers, paper
from labels.services.paper import Column, Paper
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from shipping.models import Supply
from shipping.selectors import supply_pages


@needs(Action.SHIPPING_VIEW, own_scopes=True)
@xframe_options_sameorigin
def supply_list(request: Request, pk: int) -> HttpResponse:
    """What is in the supply, to go with it."""
    with scope(request.scope_merchants):
        found = supply_pages.supply(pk)
        lines = supply_pages.lines(pk)
    if found is None:
        raise Http404
    counted = [line.packed or line.planned for line in lines]
    rows = [
        (str(number), line.sku.code, f"{line.sku.product.name} {line.sku.variant}".strip(), str(pieces))
        for number, (line, pieces) in enumerate(zip(lines, counted, strict=True), 1)
    ]
    content = paper.drawn(
        Paper(
            title=_("Supply %(number)s") % {"number": found},
            head=[
                _("From: %(entity)s, %(warehouse)s")
                % {"entity": found.channel.legal_entity.name, "warehouse": found.warehouse.name},
                _("To: %(where)s") % {"where": _where(found)},
                _("Boxes: %(boxes)d. Made on %(day)s.")
                % {"boxes": found.boxes, "day": timezone.localdate().strftime("%d.%m.%Y")},
            ],
            columns=[
                Column("№", 12, "right"),
                Column(_("Article"), 40),
                Column(_("Name"), 110),
                Column(_("Pieces"), 24, "right"),
            ],
            rows=rows,
            total=["", "", _("Total"), str(sum(counted))],
            sign=[_("Handed over: ____________________"), _("Taken: ____________________")],
        )
    )
    return _pdf(content, f"supply-{pk}")


@needs(Action.SHIPPING_VIEW, own_scopes=True)
@xframe_options_sameorigin
def supply_stickers(request: Request, pk: int) -> HttpResponse:
    """A sticker for every box."""
    with scope(request.scope_merchants):
        found = supply_pages.supply(pk)
    if found is None or not found.boxes:
        raise Http404
    stickers = [
        BoxSticker(
            code=f"FBO-{found.pk}-{number}",
            parcel=found.external_id or str(found),
            place=f"{number}/{found.boxes}",
            carrier=found.channel.name,
            ship_on=found.planned_on.strftime("%d.%m") if found.planned_on else "",
            recipient=_where(found),
            supplier=found.channel.legal_entity.name,
        )
        for number in range(1, found.boxes + 1)
    ]
    return _pdf(box_stickers.drawn(stickers, roll=""), f"boxes-{pk}")


def _where(supply: Supply) -> str:
    names = [supply.channel.name, supply.channel_warehouse.name if supply.channel_warehouse else "", supply.destination]
    return ", ".join(name for name in names if name)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response

"""What the scan pages have in common."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from catalog.models import Photo
from floor.forms import ScanForm
from floor.types import Answer, Outcome, ScanIn
from stock.selectors import place

WAREHOUSE_COOKIE = "floor_warehouse"


def warehouse_of(request: HttpRequest) -> "object":
    """The warehouse that this station works in: by ?warehouse=, else the cookie, else the first that is seen."""
    seen = {warehouse.pk: warehouse for warehouse in place.seen_warehouses()}
    asked = request.GET.get("warehouse") or request.COOKIES.get(WAREHOUSE_COOKIE, "")
    if asked.isdigit() and int(asked) in seen:
        return seen[int(asked)]
    if not seen:
        raise Http404(_("No warehouse serves your merchants yet."))
    return next(iter(seen.values()))


def answered(
    request: HttpRequest,
    work: Callable[[ScanIn, int | None, datetime], Answer],
    page: Callable[[Answer], str],
) -> JsonResponse:
    """Take a scan of a page in, and say what the page is to show: the answer and its new inside."""
    form = ScanForm.read(request)
    now = timezone.now()
    if not form.is_valid():
        text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"outcome": Outcome.WRONG, "word": _("Not read"), "text": text}, status=400)
    try:
        answer = work(form.scan(person_id=request.user.pk, now=now), form.cleaned_data["cell"], now)
    except Refusal as refusal:
        answer = Answer(outcome=Outcome.WRONG, word=_("Refused"), text=str(refusal))
    return JsonResponse(
        {
            "outcome": answer.outcome,
            "word": answer.word,
            "text": answer.text,
            "html": page(answer),
            "photo": _photo(answer),
            "print": _sticker(answer),
            "order": answer.data.get("order_id"),
            "cell": answer.data.get("cell_id"),
            "packed": bool(answer.data.get("packed")),
        }
    )


def _photo(answer: Answer) -> str:
    photo = Photo.objects.filter(product__skus=answer.data.get("sku_id")).first() if "sku_id" in answer.data else None
    return photo.file.url if photo else ""


def _sticker(answer: Answer) -> str:
    """The address of the sticker of an order just packed; the page prints it at once."""
    if not answer.data.get("packed"):
        return ""
    try:
        return reverse("labels:order-sticker", args=[answer.data["order_id"]])
    except NoReverseMatch:
        return ""


__all__ = ["WAREHOUSE_COOKIE", "answered", "get_object_or_404", "warehouse_of"]

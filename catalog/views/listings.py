"""Cards of marketplaces: the list, the queue of the unmatched, matching them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.forms.fields import whole_ids
from catalog.forms.listing import ListingFilter, MatchForm
from catalog.models import Channel, Listing
from catalog.selectors import listing_page
from catalog.services import listing as services
from catalog.services.listing_products import create_from_listings
from catalog.views.products import own_address
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from workspace.selectors.views import saved_views

LIST_NAME = "listings"
_SHOWN = 5


@needs(Action.CATALOG_VIEW)
def listing_list(request: Request) -> HttpResponse:
    """Every card with its article, state, complaints and published price."""
    form = ListingFilter(request.GET)
    context = {
        "page": listing_page.listings_page(form.asked(request.GET)),
        "filter_form": form,
        "list_name": LIST_NAME,
        "saved_views": saved_views(person_id=request.user.pk, listing=LIST_NAME),
        "unmatched": listing_page.unmatched_count(),
    }
    return render(request, "catalog/listings.html", context)


@needs(Action.CATALOG_VIEW)
def unmatched(request: Request) -> HttpResponse:
    """Cards without an article, with those that share their article or barcode."""
    form = ListingFilter(request.GET, with_state=False)
    page = listing_page.listings_page(form.asked(request.GET))
    return render(request, "catalog/unmatched.html", {"page": page, "filter_form": form, "bulk": True})


@needs(Action.CATALOG_EDIT)
def match(request: Request, pk: int) -> HttpResponse:
    """Tie a card to an article."""
    card = get_object_or_404(Listing.objects.select_related("channel", "sku"), pk=pk)
    initial = {"article": card.sku.code if card.sku else "", "pieces": card.pieces_per_pack}
    form = MatchForm(request.POST or None, merchant_id=card.merchant_id, initial=initial)
    back_url = own_page(request) or reverse("catalog:unmatched")
    if request.method == "POST" and form.is_valid():
        try:
            services.tie(
                merchant_id=card.merchant_id,
                listing_id=pk,
                sku_id=form.cleaned_data["article"].pk,
                pieces_per_pack=form.cleaned_data["pieces"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("article", str(refusal))
        else:
            messages.success(request, _("%(card)s is matched. Its stock and price go out.") % {"card": card.offer_id})
            return redirect(back_url)
    candidates = listing_page.candidates_of([card]).get(pk, [])
    context = {"form": form, "card": card, "candidates": candidates, "back_url": back_url}
    return render(request, "catalog/match.html", context, status=422 if request.method == "POST" else 200)


def own_page(request: Request) -> str:
    """Where to go back to: a page of cards that the form names."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    pages = (reverse("catalog:unmatched"), reverse("catalog:listings"))
    return address if address.startswith(pages) and "\\" not in address else own_address(address)


@needs(Action.CATALOG_EDIT)
@require_POST
def unmatch(request: Request, pk: int) -> HttpResponse:
    """Let a card go: its orders will need attention, its stock is published no more."""
    card = get_object_or_404(Listing, pk=pk)
    services.tie(merchant_id=card.merchant_id, listing_id=pk, sku_id=None, now=timezone.now())
    messages.success(request, _("%(card)s is not matched any more.") % {"card": card.offer_id})
    return redirect(own_page(request) or "catalog:listings")


@needs(Action.CATALOG_EDIT)
@require_POST
def create(request: Request) -> HttpResponse:
    """Make products of the chosen cards."""
    chosen = whole_ids(request.POST.getlist("ids"))
    made = 0
    taken: list[str] = []
    for merchant_id in sorted(request.scope_merchants):
        with scope([merchant_id], person_id=request.user.pk):
            outcome = create_from_listings(merchant_id=merchant_id, listing_ids=chosen, now=timezone.now())
        made += len(outcome.sku_ids)
        taken += outcome.taken
    if made:
        text = ngettext("%(n)d article made and matched.", "%(n)d articles made and matched.", made)
        messages.success(request, text % {"n": made})
    if taken:
        names = ", ".join(taken[:_SHOWN]) + ("…" if len(taken) > _SHOWN else "")
        messages.warning(request, _("These articles exist already, match them instead: %(names)s.") % {"names": names})
    if not chosen:
        messages.warning(request, _("Choose at least one row."))
    return redirect(own_page(request) or "catalog:unmatched")


@needs(Action.CATALOG_EDIT)
@require_POST
def match_all(request: Request) -> HttpResponse:
    """Try every channel once more: by barcode, then by article; what is not clear stays for a person."""
    found = 0
    for merchant_id, channel_id in Channel.objects.values_list("merchant_id", "pk"):
        found += len(services.match(merchant_id=merchant_id, channel_id=channel_id, now=timezone.now()))
    if found:
        messages.success(request, ngettext("%(n)d card matched.", "%(n)d cards matched.", found) % {"n": found})
    else:
        messages.info(request, _("No card has one clear article. Choose them by hand, or make products of them."))
    return redirect("catalog:unmatched")

"""What the pages of cards take in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Channel, Sku
from catalog.selectors.listing_page import ListingsAsked
from catalog.selectors.paging import Place
from catalog.selectors.sku import by_barcode, by_code

MOST_PIECES = 10_000


class ListingFilter(forms.Form):
    """The list's filter; whatever is wrong in the address is left out."""

    q = forms.CharField(label=_("Article, name or number there"), required=False, max_length=200)
    channel = forms.MultipleChoiceField(label=_("Channel"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("any")),
            ("active", _("on sale")),
            ("error", _("with complaints")),
            ("unmatched", _("not matched")),
            ("hidden", _("hidden")),
            ("archived", _("archived")),
        ],
    )

    def __init__(self, *args: Any, with_state: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = Channel.objects.order_by("name").values_list("pk", "name")
        self.fields["channel"].choices = [(str(pk), name) for pk, name in channels]  # type: ignore[attr-defined]
        if not with_state:
            del self.fields["state"]

    def asked(self, query: Mapping[str, str]) -> ListingsAsked:
        """The list's question; without the field of states only what is not matched."""
        self.is_valid()
        clean = self.cleaned_data
        return ListingsAsked(
            query=(clean.get("q") or "").strip().replace("\x00", ""),
            channels=[int(pk) for pk in clean.get("channel") or ()],
            state=(clean.get("state") or "") if "state" in self.fields else "unmatched",
            place=Place.of(query),
        )


class MatchForm(forms.Form):
    """The article that a card means, and how many pieces one sold unit is."""

    article = forms.CharField(label=_("Article or barcode"), max_length=100)
    pieces = forms.IntegerField(label=_("Pieces in a pack"), min_value=1, max_value=MOST_PIECES, initial=1)

    def __init__(self, *args: Any, merchant_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant_id = merchant_id

    def clean_article(self) -> Sku:
        text = self.cleaned_data["article"].strip()
        found = {sku for sku in (*by_code(text), *by_barcode(text)) if sku.merchant_id == self.merchant_id}
        exact = {sku for sku in found if sku.code == text}
        if len(exact or found) != 1:
            raise forms.ValidationError(gettext("No article has this code: %(code)s") % {"code": text[:60]})
        return (exact or found).pop()

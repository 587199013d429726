"""What people type of a feed and of a channel without keys."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.types import Scheme
from marketplaces.feeds import options
from marketplaces.feeds.dialects import DIALECTS, OF_MARKETPLACE, Board, Megamarket

OWN_SCHEMES = [(scheme.value, scheme.label) for scheme in (Scheme.DBS, Scheme.PICKUP)]


class OpenForm(forms.Form):
    """A channel without keys."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("How you call this cabinet."))
    legal_entity = forms.TypedChoiceField(label=_("Legal entity"), coerce=int)
    price_type = forms.TypedChoiceField(
        label=_("Price type"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Its prices stand in the feed."),
    )
    warehouses = forms.TypedMultipleChoiceField(
        label=_("Goods are taken from"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    scheme = forms.ChoiceField(label=_("How orders reach the buyer"), choices=OWN_SCHEMES)

    def __init__(
        self,
        *args: Any,
        entities: Sequence[tuple[int, int, str]],
        price_types: Sequence[tuple[int, str]],
        warehouses: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_entity"].choices = [(pk, name) for pk, _merchant, name in entities]  # type: ignore[attr-defined]
        self.fields["price_type"].choices = [("", "—"), *price_types]  # type: ignore[attr-defined]
        self.fields["warehouses"].choices = list(warehouses)  # type: ignore[attr-defined]


class FeedForm(forms.Form):
    """What the seller says of the shop; only what the site's form needs is asked for."""

    name = forms.CharField(label=_("Name of the shop"), max_length=100)
    company = forms.CharField(label=_("Company"), max_length=200)
    url = forms.CharField(
        label=_("Address of the shop's site"), max_length=300, validators=[URLValidator(["https", "http"])]
    )
    outlet = forms.CharField(
        label=_("Id of the warehouse there"), max_length=60, help_text=_("As the cabinet of the marketplace shows it.")
    )
    ship_days = forms.IntegerField(label=_("Working days to ship"), min_value=0, max_value=60)
    order_before = forms.IntegerField(label=_("Orders of the day until, hour"), min_value=1, max_value=23)
    address = forms.CharField(label=_("Address of the goods"), max_length=300)
    phone = forms.CharField(label=_("Phone"), max_length=40, help_text=_("It must belong to your account there."))
    manager = forms.CharField(label=_("Contact person"), max_length=100)
    least = forms.IntegerField(
        label=_("Offer from this many pieces"),
        min_value=1,
        max_value=100_000,
        help_text=_("Fewer pieces are shown as sold out: sites take hours to learn of a sale."),
    )
    targets = forms.CharField(
        label=_("Categories there"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line: our category; element=value; element=value. Without a line a category is left out."),
    )

    def __init__(self, *args: Any, marketplace: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dialect = DIALECTS[OF_MARKETPLACE[marketplace]]()
        wanted = {*dialect.needs, "least"}
        if isinstance(dialect, Board):
            wanted.add("targets")
        if isinstance(dialect, Megamarket):
            wanted |= {"ship_days", "order_before"}
        for name in list(self.fields):
            if name not in wanted:
                del self.fields[name]

    def clean_targets(self) -> dict[str, list[list[str]]]:
        try:
            return options.read_targets(self.cleaned_data["targets"])
        except options.WrongLine as reason:
            text = gettext("Line %(n)s: write it as «our category; element=value».") % {"n": reason}
            raise ValidationError(text) from reason

    @staticmethod
    def initial_of(stored: dict[str, Any], *, shop: str) -> dict[str, Any]:
        """What is stored, as it is typed; shop: the name where none was given."""
        known = {name: stored[name] for name in (*options.TEXTS, *options.NUMBERS) if stored.get(name)}
        return {
            **options.NUMBERS,
            "name": shop,
            "company": shop,
            **known,
            "targets": options.written_targets(stored.get("targets") or {}),
        }

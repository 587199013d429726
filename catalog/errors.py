"""What the catalog refuses."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal


class ArticleTaken(Refusal):
    """The merchant has this article already, in whatever case of letters."""

    def __init__(self, code: str, *, owner: str) -> None:
        text = _("The article %(code)s is taken by “%(owner)s”. Choose another one.") % {"code": code, "owner": owner}
        super().__init__(text, extra={"code": text})


class BarcodeTaken(Refusal):
    """Barcodes belong to other SKUs of the merchant; owners: (barcode, article)."""

    def __init__(self, owners: Sequence[tuple[str, str]]) -> None:
        lines = [
            _("%(barcode)s belongs to the article %(article)s") % {"barcode": barcode, "article": article}
            for barcode, article in owners[:20]
        ]
        text = "; ".join(lines) + ". " + _("One barcode means one article.")
        super().__init__(text, extra={"barcodes": text})


class BadKit(Refusal):
    """A kit of kits, of itself, or of nothing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extra={"components": message})


class BadPlaceInTree(Refusal):
    """A category cannot stand there: under itself, beside its namesake, or not empty when it is to go."""


class PhotoRefused(Refusal):
    """A picture is of a wrong type, too big or broken, or there are too many."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extra={"files": message})


class BadTable(Refusal):
    """A file cannot be read as a table."""


class ImportStale(Refusal):
    """The import cannot go on: its state is another by now."""


class PriceTypeInUse(Refusal):
    """The name or the currency of a price type cannot become so, or it cannot go."""

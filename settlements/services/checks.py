"""What is wrong in a report by itself: pure arithmetic, to the kopeck, before anything is looked up."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from backoffice.kernel.money import KOPECK, kopecks, vat_included
from settlements.types import OWED_SIGN, WITHHELD, AmountVat, Fault, LineIn, LineKind, ReportIn, Totals

_SIGNED = ("fee", "fee_vat", "logistics", "storage", "ads", "other", "payable")
_UNSIGNED = ("price", "amount", "discount", "vat")
_MOST = Decimal(10) ** 14
_NUMBER_LENGTH = 60
MOST_LINES = 200_000

Percents = Mapping[str, Decimal | None]  # code of a VAT rate → percent; None: not subject to VAT


def gross(line: LineIn, amount_vat: str) -> Decimal:
    """What the line adds to the debt before anything is withheld."""
    on_top = line.vat if amount_vat == AmountVat.ON_TOP else Decimal(0)
    return OWED_SIGN[line.kind] * (line.amount - line.discount + on_top)


def payable(line: LineIn, *, amount_vat: str, fee_withheld: bool) -> Decimal:
    """What the commissioner is to pay by the line; negative: we are."""
    kept = sum((getattr(line, name) for name in WITHHELD if fee_withheld or name != "fee"), Decimal(0))
    return gross(line, amount_vat) - kept


def head(data: ReportIn) -> Iterator[Fault]:
    """Faults that stand in the head."""
    if not data.number.strip():
        yield Fault(code="required", field="number", message=_("The report has no number."))
    if len(data.number) > _NUMBER_LENGTH:
        yield Fault(code="too_long", field="number", message=_("The number is longer than 60 characters."))
    if data.period_to < data.period_from:
        yield Fault(code="period", field="period_to", message=_("The period ends before it begins."))
    if not data.lines:
        yield Fault(code="required", field="lines", message=_("The report has no lines."))
    if len(data.lines) > MOST_LINES:
        yield Fault(
            code="too_many",
            field="lines",
            message=_("More than %(most)d lines. Divide the report.") % {"most": MOST_LINES},
        )
    for name in Totals.__dataclass_fields__:
        yield from _amount(getattr(data.totals, name), f"totals.{name}", None)


def shape(line: LineIn, number: int) -> Iterator[Fault]:
    """Faults of one line that want no agreement."""
    if line.kind not in LineKind.values:
        yield Fault(
            code="unknown",
            field="kind",
            line=number,
            message=_("There is no such kind of line: %(kind)s.") % {"kind": line.kind},
        )
        return
    for name in _SIGNED + _UNSIGNED:
        yield from _amount(getattr(line, name), name, number, negative=name in _SIGNED)
    if not 0 <= line.pieces < 2**31:
        yield Fault(code="range", field="pieces", line=number, message=_("This cannot be a number of pieces."))
    if len(line.order_number) > _NUMBER_LENGTH:
        yield Fault(
            code="too_long", field="order_number", line=number, message=_("The number is longer than 60 characters.")
        )
    moved = line.kind in (LineKind.SALE, LineKind.RETURN, LineKind.WRITE_OFF)
    if moved and not line.pieces:
        yield Fault(code="required", field="pieces", line=number, message=_("How many pieces?"))
    if moved and not line.names_goods and not line.order_number:
        yield Fault(code="required", field="sku_id", line=number, message=_("Which article?"))
    if line.kind == LineKind.SERVICE:
        for name in ("pieces", "price", "amount", "discount", "vat"):
            if getattr(line, name):
                yield Fault(
                    code="service",
                    field=name,
                    line=number,
                    message=_("A service has neither pieces nor an amount, only what is withheld."),
                )


def sums(line: LineIn, number: int, *, amount_vat: str, fee_withheld: bool, percents: Percents) -> Iterator[Fault]:
    """Faults of the arithmetic of one well-shaped line."""
    slack = KOPECK * max(line.pieces, 1)
    if line.pieces and abs(line.price * line.pieces - line.amount) > slack:
        yield _differs("amount", number, kopecks(line.price * line.pieces), line.amount)
    if line.discount > line.amount:
        yield Fault(code="range", field="discount", line=number, message=_("The discount is larger than the amount."))
    yield from _vat(line, number, slack, amount_vat, percents)
    right = payable(line, amount_vat=amount_vat, fee_withheld=fee_withheld)
    if line.payable != right:
        yield _differs("payable", number, right, line.payable)


def _vat(line: LineIn, number: int, slack: Decimal, amount_vat: str, percents: Percents) -> Iterator[Fault]:
    if line.vat_code and line.vat_code not in percents:
        yield Fault(
            code="unknown",
            field="vat_code",
            line=number,
            message=_("There is no VAT rate %(code)s in this period.") % {"code": line.vat_code},
        )
        return
    percent = percents.get(line.vat_code) or Decimal(0)
    if amount_vat == AmountVat.NONE:
        percent = Decimal(0)
    net = line.amount - line.discount
    right = vat_included(net, percent=percent) if amount_vat == AmountVat.INCLUDED else kopecks(net * percent / 100)
    # Each piece may have been rounded by itself.
    if abs(line.vat - right) > (slack if percent else 0):
        yield _differs("vat", number, right, line.vat)


def totals(data: ReportIn) -> Iterator[Fault]:
    """Each stated sum against its lines."""
    right = sums_of(data)
    for name in Totals.__dataclass_fields__:
        stated, counted = getattr(data.totals, name), getattr(right, name)
        if stated != counted:
            yield _differs(f"totals.{name}", None, counted, stated)


def sums_of(data: ReportIn) -> Totals:
    """The sums that the lines give."""
    by_kind = dict.fromkeys(LineKind.values, Decimal(0))
    signed = dict.fromkeys(("discount", "vat"), Decimal(0))
    plain = dict.fromkeys((*WITHHELD, "payable"), Decimal(0))
    for line in data.lines:
        by_kind[line.kind] += line.amount
        for name in signed:
            signed[name] += OWED_SIGN[line.kind] * getattr(line, name)
        for name in plain:
            plain[name] += getattr(line, name)
    return Totals(
        sold=by_kind[LineKind.SALE],
        returned=by_kind[LineKind.RETURN],
        compensated=by_kind[LineKind.COMPENSATION],
        written_off=by_kind[LineKind.WRITE_OFF],
        **signed,
        **plain,
    )


def _amount(value: Decimal, name: str, line: int | None, *, negative: bool = True) -> Iterator[Fault]:
    if not value.is_finite() or abs(value) >= _MOST:
        yield Fault(code="range", field=name, line=line, message=_("This cannot be an amount of money."))
    elif value != kopecks(value):
        yield Fault(code="kopecks", field=name, line=line, message=_("Money has two places, no more."))
    elif value < 0 and not negative:
        yield Fault(
            code="negative",
            field=name,
            line=line,
            message=_("Not negative: the kind of the line says which way it counts."),
        )


def _differs(name: str, line: int | None, right: Decimal, stated: Decimal) -> Fault:
    return Fault(
        code="sum",
        field=name,
        line=line,
        message=_("It says %(stated)s, the lines give %(right)s.")
        % {"stated": f"{stated:.2f}", "right": f"{right:.2f}"}
        if line is None
        else _("It says %(stated)s, the other columns give %(right)s.")
        % {"stated": f"{stated:.2f}", "right": f"{right:.2f}"},
    )

"""A commissioner report from a program: accepted wholly, or refused with what is wrong line by line."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.exact import Day, Guid, Told
from exchange.api.writes import KEY, WRITE_REFUSALS, Write
from exchange.types import Scope
from settlements.services import reports
from settlements.types import LineIn, LineKind, OutcomeStatus, ReportIn, Totals

_MOST_LINES = 10_000
_NOTHING = Decimal(0)
LINE_KIND_CHOICES = [(word, word) for word in LineKind.values]
REPORT_STATUS_CHOICES = [(word.value, word.value) for word in OutcomeStatus if word != OutcomeStatus.REJECTED]


def _money() -> serializers.DecimalField:
    return serializers.DecimalField(14, 2, default=_NOTHING)


def _word(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True)


def _id() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)


class ReportLineTold(Told):
    """
    A sale, return, write-off, compensation or service; the article by one of its names.

    amount is never negative, the kind says which way it counts.  payable: amount − discount by the kind, minus what is
    withheld.
    """

    kind = serializers.ChoiceField(choices=LINE_KIND_CHOICES)
    sku_id = _id()
    product_guid = Guid(required=False, allow_null=True)
    sku_guid = Guid(required=False, allow_null=True)
    article = _word(100)
    barcode = _word(80)
    external_sku = _word(100)
    order_number = _word(100)
    pieces = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    price = _money()
    amount = _money()
    discount = _money()
    fee = _money()
    fee_vat = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()
    vat_code = _word(8)
    vat = _money()
    payable = _money()
    note = _word(300)


class ReportTotalsTold(Told):
    """Sums as the sender states them, each compared with the lines to the kopeck."""

    sold = _money()
    returned = _money()
    compensated = _money()
    written_off = _money()
    discount = _money()
    fee = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()
    vat = _money()
    payable = _money()


class ReportTold(Told):
    """Under the agreement named by id or guid, else the channel's.  corrects: the id of the report it replaces."""

    guid = Guid(required=False, allow_null=True)
    number = serializers.CharField(max_length=100)
    dated_on = Day()
    period_from = Day()
    period_to = Day()
    agreement_id = _id()
    agreement_guid = Guid(required=False, allow_null=True)
    channel_id = _id()
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", default="RUB")
    corrects = _id()
    totals = ReportTotalsTold()
    lines = serializers.ListField(child=ReportLineTold(), min_length=1, max_length=_MOST_LINES)


class ReportOutcome(serializers.Serializer):
    """id: of the report that counts now; reversed_id: of the one whose place it took."""

    status = serializers.ChoiceField(choices=REPORT_STATUS_CHOICES)
    id = serializers.IntegerField()
    reversed_id = serializers.IntegerField(allow_null=True)


class NewReport(Write):
    right = Scope.PAPERS_WRITE

    @extend_schema(
        operation_id="report_new",
        description=gettext_lazy("Accept a commissioner report once: the same again changes nothing."),
        request=ReportTold,
        parameters=[KEY],
        responses={200: ReportOutcome, 201: ReportOutcome, **WRITE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        told = self.read_body(request, ReportTold)
        raw = request._request.body.decode("utf-8-sig")
        return self.once(request, lambda: self.accept(told, raw))

    def accept(self, told: dict[str, Any], raw: str) -> tuple[int, Any]:
        data = ReportIn(
            **{name: value for name, value in told.items() if name not in ("lines", "totals")},
            lines=[LineIn(**line) for line in told["lines"]],
            totals=Totals(**told["totals"]),
            raw=raw,
        )
        outcome = reports.accept(merchant_id=self.source.merchant_id, data=data, at=self.call().now)
        if outcome.rejected:
            return 409, self.problems(
                [
                    {"code": fault.code, "message": fault.message, "field": fault.field, "line": fault.line}
                    for fault in outcome.faults
                ]
            )
        status = 200 if outcome.status == OutcomeStatus.UNCHANGED else 201
        return status, {
            "status": outcome.status.value,
            "id": outcome.report_id,
            "reversed_id": outcome.reversed_id,
        }

"""Messages of a program's own exchange plan: objects of any kinds, each applied, unchanged or rejected by itself."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.base import flat
from exchange.api.exact import Told
from exchange.api.shapes import RESULT_CHOICES
from exchange.api.writable import WRITABLE, Writable
from exchange.api.writes import WRITE_REFUSALS, Write
from exchange.services import changes, incoming

# What others refer to goes first, whatever the order in the message.
_BY_NAME: Mapping[str, Writable] = {row.name: row for row in WRITABLE.values()}
TOLD_KIND_CHOICES = [(name, name) for name in _BY_NAME]
_STATUS = {"created": "applied", "updated": "applied"}


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="AnyTold",
        serializers=[row.shape for row in WRITABLE.values()],
        resource_type_field_name=None,
    )
)
class AnyTold(serializers.JSONField):
    """An item of the bulk address of this kind."""


class MessageItem(Told):
    kind = serializers.ChoiceField(choices=TOLD_KIND_CHOICES)
    data = AnyTold()  # type: ignore[assignment]


class Message(Told):
    """received_no: the last message of ours that the node has; it is acknowledged by the way."""

    node = serializers.RegexField(r"^[A-Za-z0-9_\-]{1,40}\Z", default="main")
    message_no = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    received_no = serializers.IntegerField(min_value=0, max_value=2**63 - 1, required=False, allow_null=True)
    items = serializers.ListField(child=MessageItem(), max_length=1000)


class MessageResult(serializers.Serializer):
    line = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TOLD_KIND_CHOICES)
    status = serializers.ChoiceField(choices=RESULT_CHOICES)
    id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)


class MessageAnswer(serializers.Serializer):
    """received_no: the last message taken; missing: how many numbers before this one never came."""

    message_no = serializers.IntegerField()
    received_no = serializers.IntegerField()
    missing = serializers.IntegerField()
    applied = serializers.IntegerField()
    results = MessageResult(many=True)


class Messages(Write):
    @extend_schema(
        operation_id="message_send",
        description=gettext_lazy(
            "Take a message of the program's exchange plan; the same number again is answered as before."
        ),
        request=Message,
        responses={200: MessageAnswer, **WRITE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        told = self.read_body(request, Message)
        now = timezone.now()
        said = json.dumps(told["items"], default=str, sort_keys=True).encode()
        received = told.get("received_no")
        if received is not None:
            with self.opened():
                node_id = changes.ask(source=self.source, code=told["node"], now=now).pk
        with self.opened():
            if received is not None:
                changes.acknowledge(source=self.source, node_id=node_id, number=received, results=None)
            answer = incoming.once(
                source=self.source,
                node=told["node"],
                number=told["message_no"],
                said=said,
                now=now,
                work=lambda: self.apply(told["items"]),
            )
        return Response(answer)

    def apply(self, items: Sequence[Mapping[str, Any]]) -> list[Any]:
        results: list[Any] = [None] * len(items)
        ready: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        for number, item in enumerate(items):
            row = _BY_NAME[item["kind"]]
            if row.right.value not in self.source.scopes:
                text = _("This connection may not do that: %(right)s.") % {"right": row.right.label}
                results[number] = _rejected("permission_denied", None, text)
                continue
            body = row.shape(data=item["data"])
            if body.is_valid():
                ready[row.name].append((number, body.validated_data))
            else:
                first = next(flat(serializers.ValidationError(body.errors).get_full_details(), ""))
                results[number] = _rejected(first["code"], first["field"], first["message"])
        for name, row in _BY_NAME.items():
            if told := ready.get(name):
                outcomes = row.put(self.call(), [data for _number, data in told])
                for (number, _data), outcome in zip(told, outcomes, strict=True):
                    results[number] = asdict(outcome)
        for number, (item, result) in enumerate(zip(items, results, strict=True), 1):
            status = _STATUS.get(result["status"], result["status"])
            result |= {"line": number, "kind": item["kind"], "status": status}
        return results


def _rejected(code: str, field: str | None, message: str) -> dict[str, Any]:
    return {"status": "rejected", "id": None, "code": code, "field": field, "message": message}

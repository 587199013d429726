"""The changes feed."""

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.base import ApiView
from exchange.api.shapes import REFUSALS, Acknowledgement, Asked, Owed, Resend, Settled
from exchange.api.shapes import Changes as Answer
from exchange.services import changes


class Changes(ApiView):
    """What the node has not acknowledged, dependencies first; the same again until it has."""

    @extend_schema(
        description=gettext_lazy("Take what the node has not acknowledged, dependencies first."),
        parameters=[Asked],
        responses={200: Answer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        node_id = self.node(asked.validated_data["node"])
        with self.opened():
            message = changes.tell(
                source=self.source,
                node_id=node_id,
                received_no=asked.validated_data.get("received_no"),
                limit=asked.validated_data["limit"],
                zone=self.zone,
                now=timezone.now(),
            )
        return Response(
            {
                "message_no": message.number,
                "received_no": message.taken,
                "ready": message.ready,
                "more": message.more,
                "items": message.items,
            }
        )

    def node(self, code: str) -> int:
        """Committed by itself: what older transactions do must not fall between it and the first collection."""
        with self.opened():
            return changes.ask(source=self.source, code=code, now=timezone.now()).pk


class Acknowledge(Changes):
    """The receiver has this message and all before it."""

    http_method_names = ("post", "options")

    @extend_schema(
        description=gettext_lazy("Say that this message and all before it have arrived."),
        request=Acknowledgement,
        responses={200: Settled, **REFUSALS, 415: REFUSALS[400]},
    )
    def post(self, request: Request) -> Response:
        told = Acknowledgement(data=request.data)
        told.is_valid(raise_exception=True)
        node_id = self.node(told.validated_data["node"])
        with self.opened():
            settled = changes.acknowledge(
                source=self.source,
                node_id=node_id,
                number=told.validated_data["message_no"],
                results=told.validated_data.get("results"),
            )
        return Response({"settled": settled})


class SendAgain(Changes):
    """Owe the node all objects of these kinds anew; without kinds, of all."""

    http_method_names = ("post", "options")

    @extend_schema(
        description=gettext_lazy("Ask for all objects of these kinds anew; without kinds, of all."),
        request=Resend,
        responses={200: Owed, **REFUSALS, 415: REFUSALS[400]},
    )
    def post(self, request: Request) -> Response:
        told = Resend(data=request.data)
        told.is_valid(raise_exception=True)
        node_id = self.node(told.validated_data["node"])
        with self.opened():
            owed = changes.resend(source=self.source, node_id=node_id, kinds=told.validated_data.get("kinds"))
        return Response({"owed": owed})

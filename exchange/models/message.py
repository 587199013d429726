"""Packages: one XML document each, in or out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from exchange.types import Direction, MessageState, Subject


class Message(OfMerchant):
    """
    One package.

    upload: where it came in; member: its name in the zip.  path: the raw file, removed after retention.
    position: objects applied so far of `total`.  counts: {"goods": 12, "goods.new": 3, …}.
    preview: what would change, when it waits for a person or was only tried.  confirmed: a person let it pass.
    leased_until: the worker that wrote `token` is at it until then.  digest: of the raw file.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    session = models.ForeignKey(
        "exchange.Session", on_delete=models.SET_NULL, null=True, db_index=False, related_name="messages"
    )
    upload = models.ForeignKey("exchange.Upload", on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.CATALOG)
    name = models.CharField(_("file"), max_length=300)
    member = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=300, blank=True)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    dry = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=False)
    replay_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.CharField(max_length=10, blank=True)
    catalogue = models.CharField(max_length=80, blank=True)
    full = models.BooleanField(null=True)
    parts = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    rejected = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=1000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-created_at", "-id"], name="exchange_message_by_time"),
            models.Index(fields=["merchant", "connection", "-id"], name="exchange_message_by_client"),
            models.Index(
                fields=["merchant", "id"],
                name="exchange_message_unfinished",
                condition=models.Q(state__in=["waiting", "running", "held"]),
            ),
        ]

    def __str__(self) -> str:
        return self.member or self.name


class Problem(OfMerchant):
    """Why one object of a package was not applied; n and line: where it stands in the file."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, db_index=False, related_name="problems")
    n = models.PositiveIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    subject = models.CharField(_("object"), max_length=400)
    field = models.CharField(_("field"), max_length=100, blank=True)
    text = models.CharField(_("what is wrong"), max_length=500)

    class Meta:
        ordering = ["n", "id"]
        indexes = [models.Index(fields=["message", "n", "id"], name="exchange_problem_by_message")]

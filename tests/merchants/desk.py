"""A person at a browser who tries every form of a page; whatever an answer did is undone after it was judged."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from merchants.models import Merchant, Person
from merchants.roles import EVERYBODY, Role
from merchants.selectors.access import mark_of
from stock.models import Location
from tests import make
from tests.forms import Form, posting_forms
from tests.merchants.plausible import ARTICLE, OTHER_CELL
from tests.trade import Trade, delivery, open_trade
from tests.urls import Url, every_url, status

PAGES = [
    url for url in every_url() if url.name != "None" and "get" in url.methods and not mark_of(url.view, "GET").public
]
make.gather()

WRITING = re.compile(
    r"\s*(WITH\b.*\b)?(INSERT INTO|(?<!FOR )UPDATE|DELETE FROM|COPY|MERGE)\b", re.IGNORECASE | re.DOTALL
)


@dataclass
class Tried:
    """One answer, and what was written before it was rolled back."""

    answer: Any
    writes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    @property
    def complaints(self) -> list[str]:
        """The messages of a redirect that say that something is wrong."""
        said = get_messages(self.answer.wsgi_request)
        return [str(message) for message in said if message.level_tag in ("error", "warning")]


@dataclass
class Desk:
    """A person at a browser, whose every post is undone, the session of `signed_in` included."""

    person: Person
    signed_in: Client
    browser: Client = field(init=False)

    def __post_init__(self) -> None:
        self.sit_down()

    def sit_down(self) -> None:
        """Begin anew, as after signing in: what the session learned was undone in the database, not in the cache."""
        self.browser = make.same_session(self.signed_in)
        cache.delete(self.signed_in.session.cache_key)  # type: ignore[attr-defined]

    def post(
        self,
        address: str,
        sent: Mapping[str, Any] | str,
        *,
        before_undone: Callable[[Tried], None] | None = None,
        **how: Any,
    ) -> Tried:
        """Post a form or a text, let `before_undone` look at what was done, undo it."""
        body = sent if isinstance(sent, str) else {name: given for name, given in sent.items() if given}
        tried = Tried(None)

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if WRITING.match(sql) and "django_session" not in sql:
                tried.writes.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic():
            undone = transaction.savepoint()
            with connection.execute_wrapper(watch):
                tried.answer = self.browser.post(address, body, **how)
                status(tried.answer)  # a file is read to its end
            if before_undone:
                before_undone(tried)
            transaction.savepoint_rollback(undone)
        self.sit_down()
        return tried


def at_work() -> tuple[Trade, Desk]:
    """A merchant with something on every list, and its owner, who runs the installation too."""
    trade = open_trade()
    with trade.scope():
        Location.objects.create(warehouse=trade.warehouse, code=OTHER_CELL, x=2, y=1)
        trade.place("feed")
        trade.sku(ARTICLE, pieces=5)
        trade.order((ARTICLE, 1), number="LISTED")
        delivery(trade, **{ARTICLE: 2})
    make.FOREIGN["exchange:connection"](trade.merchant)
    owner = make.person(role=Role.OWNER, merchant=trade.merchant, is_administrator=True)
    return trade, Desk(owner, make.client(owner))


def address_of(url: Url, merchant: Merchant) -> str | None:
    known = make.FOREIGN.get(url.name)
    if url.parameters and known is None:
        return None
    return reverse(url.name, kwargs=known(merchant) if known and url.parameters else None)


def forms_of(desk: Desk, url: Url, address: str) -> Iterator[Form]:
    page = desk.browser.get(address)
    if status(page) != 200 or page.streaming or "html" not in page.get("Content-Type", ""):
        return
    seen = set()
    for form in posting_forms(page.content, address):
        furniture = is_furniture(form.action) and mark_of(url.view, "GET").action not in EVERYBODY
        # Signing out in the middle would make the rest of the test empty.
        if form.key not in seen and not furniture and "logout" not in form.action:
            seen.add(form.key)
            yield form


def is_furniture(action: str) -> bool:
    """The forms of the frame, on every page the same: tried once, on the account's own pages."""
    return action in {reverse("merchants:switch"), reverse("merchants:language"), reverse("workspace:view-save")}

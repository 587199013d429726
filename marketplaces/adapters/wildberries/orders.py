"""Orders and their statuses; packing and handovers stand on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading
from marketplaces.adapters.wildberries.talk import Talk
from marketplaces.http.paging import batches, by_cursor
from marketplaces.http.reading import broken_list, each
from marketplaces.ports import Limit

PAGE = 1000
STATUS_BATCH = 1000
MARKS_BATCH = 100
# Thirty calendar days at most; one less, so that neither seconds nor midnights make it more.
WINDOW = timedelta(days=29)
OLDEST = timedelta(days=90)
TO_PACK = {dto.Stage.NEW, dto.Stage.CONFIRMED}


class Orders:
    """What the other parts of the adapter ask as well."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """Everything that waits, in one answer without pages; the only list that tells the marks."""
        payload = self.talk.ask("GET", "/api/v3/orders/new", limit=codes.FBS)
        yield _page(reading.rows(payload, "orders"), supplier="new")

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """Orders made since, in windows of a month, at most three months back; without statuses and marks."""
        start = max(min(since, now), now - OLDEST)
        while True:
            end = min(start + WINDOW, now)
            yield from self._window(start, end)
            if end >= now:
                return
            start = end

    def _window(self, start: datetime, end: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """Pages without an upper end, then an empty one that says that the window is covered."""
        query = {"dateFrom": build.seconds(start), "dateTo": build.seconds(end) + 1}
        for found in self.walk("/api/v3/orders", "orders", limit=codes.FBS, query=query):
            yield _page(found)
        yield dto.Page(items=[], upto=end)

    def walk(
        self, path: str, key: str, *, limit: Limit, query: Mapping[str, str | int] | None = None
    ) -> Iterator[Sequence[object]]:
        """Pages of a list with `next`, until an empty one."""

        def fetch(cursor: str) -> tuple[Sequence[object], str | None]:
            payload = self.talk.ask(
                "GET", path, limit=limit, query={"limit": PAGE, "next": int(cursor), **(query or {})}
            )
            found = reading.rows(payload, key)
            after = reading.next_cursor(payload) if found else 0
            # Neither 0 nor the cursor that was just used leads on.
            return found, None if after in (0, int(cursor)) else str(after)

        return (found for found in by_cursor(fetch, start="0") if found)

    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        """
        These orders with statuses and marks.

        There is no method by number: statuses are asked by number, bodies are looked for among the new ones and then
        backwards through the list of three months until all are found.
        """
        statuses = self.statuses(numbers)
        wanted = {status.number: status for status in statuses.items}
        found: dict[str, dto.RemoteOrder] = {}
        broken = {bad.key: bad for bad in statuses.broken}
        for page in self._everything(now) if wanted else ():
            found = {order.number: order for order in page.items if order.number in wanted} | found
            broken |= {bad.key: bad for bad in page.broken if bad.key in wanted}
            if wanted.keys() <= found.keys() | broken.keys():
                break
        items = [replace(order, status=_known(wanted[number], order.status)) for number, order in found.items()]
        return dto.Page(items=self._with_marks(items), broken=[*broken.values()])

    def _everything(self, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        yield from self.new(now=now)
        end = now
        while end > now - OLDEST:
            start = max(end - WINDOW, now - OLDEST)
            yield from self._window(start, end)
            end = start

    def _with_marks(self, orders: Sequence[dto.RemoteOrder]) -> Sequence[dto.RemoteOrder]:
        """The list of all orders tells no marks: ask for those that are still to be packed."""
        bare = [order.number for order in orders if "requiredMeta" not in order.raw and order.status.stage in TO_PACK]
        told: dict[str, list[dto.MarkVerdict]] = {}
        for verdict in self.mark_verdicts(bare):
            told.setdefault(verdict.number, []).append(verdict)
        return [_marked(order, told[order.number]) if order.number in told else order for order in orders]

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        """Statuses by thousands; what cannot be a number of theirs is as absent as what they do not know."""
        items: list[dto.RemoteStatus] = []
        broken: list[dto.Broken] = []
        for some in batches([number for number in numbers if build.is_whole(number)], STATUS_BATCH):
            payload = self.talk.ask("POST", "/api/v3/orders/status", limit=codes.FBS, body=build.orders(some))
            good, bad = each(reading.rows(payload, "orders"), parse.status, "id")
            asked = set(some)
            items += [status for status in good if status.number in asked]
            broken += bad
        return dto.Page(items=items, broken=broken)

    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        """Decisions on the codes by hundreds; an unknown decision blocks and is shown as it is."""
        verdicts: list[dto.MarkVerdict] = []
        for some in batches(numbers, MARKS_BATCH):
            payload = self.talk.ask(
                "POST", "/api/marketplace/v3/orders/meta", limit=codes.MARKS_READ, body=build.orders(some)
            )
            good, _ = each(reading.rows(payload, "orders"), parse.verdicts, "id")
            verdicts += good
        return verdicts

    def supply_numbers(self, supply_id: str) -> Sequence[str]:
        """Numbers of the orders in a supply."""
        path = f"/api/marketplace/v3/supplies/{build.segment(supply_id)}/order-ids"
        payload = self.talk.ask("GET", path, limit=codes.FBS_WORK)
        good, broken = each(reading.rows(payload, "orderIds"), parse.number, "")
        if broken:
            raise broken_list(broken, payload)
        return good


def _page(elements: Sequence[object], *, supplier: str = "") -> dto.Page[dto.RemoteOrder]:
    items, broken = each(elements, lambda element: parse.order(element, supplier=supplier), "id")
    return dto.Page(items=items, broken=broken)


def _known(status: dto.RemoteStatus, listed: dto.RemoteStatus) -> dto.RemoteStatus:
    """A status asked by number, with what only the order's body could tell."""
    return replace(status, problem=status.problem or listed.problem)


def _marked(order: dto.RemoteOrder, verdicts: Sequence[dto.MarkVerdict]) -> dto.RemoteOrder:
    required = tuple(verdict.kind for verdict in verdicts if verdict.state == codes.MARK_REQUIRED)
    optional = tuple(verdict.kind for verdict in verdicts if verdict.state != codes.MARK_REQUIRED)
    lines = [replace(line, marks=required, optional_marks=optional) for line in order.lines]
    return replace(order, lines=tuple(lines))

"""
People of a warehouse, scripted: they use the pages over HTTP as browsers do.

What they know of goods and cells they read from the database, as a person reads it from shelves and boxes; whatever
they do goes through the web server.  A request that gets no answer is repeated with the same nonce, as the page does.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from bench.live_stack import PASSWORD

TRIES, PAUSE_S = 240, 0.5
GS = "\x1d"
# The demonstration feeds every warehouse with everything, and some warehouses do not take some goods.
FINAL_REASONS = ("warehouse",)


class GivenUp(Exception):
    """The web server has not answered for minutes."""


@dataclass
class Told:
    """A scan and what the page was answered."""

    nonce: str
    step: str
    code: str
    outcome: str
    packed: bool


@dataclass
class Person:
    """One signed-in person.  `told` is every scan that was answered."""

    url: str
    login: str
    merchant_id: int
    draw: random.Random
    told: list[Told] = field(default_factory=list)
    repeats: int = 0
    browser: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.url, timeout=20, follow_redirects=True)
        self._until_answered("GET", "/account/login/")
        answer = self.post("/account/login/", login=self.login, password=PASSWORD)
        if "/account/login/" in str(answer.url):
            raise GivenUp(f"{self.login} could not sign in")

    @property
    def _token(self) -> str:
        return str(self.browser.cookies.get("csrftoken") or "")

    def get(self, path: str) -> str:
        return self._until_answered("GET", path).text

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """A form.  A lost answer is not repeated blindly by people: they look, so the caller looks at what became."""
        return self._until_answered("POST", path, data={**fields, "csrfmiddlewaretoken": self._token})

    def _until_answered(self, method: str, path: str, **body: Any) -> httpx.Response:
        headers = {"X-CSRFToken": self._token, "Referer": self.url}
        last = "nothing"
        for _ in range(TRIES):
            try:
                answer = self.browser.request(method, path, headers=headers, **body)
            except httpx.HTTPError as failure:
                last = repr(failure)
            else:
                if answer.status_code < 500:
                    return answer
                last = f"{answer.status_code} of {answer.url.path}"
            self.repeats += 1
            time.sleep(PAUSE_S)
        raise GivenUp(f"{method} {path}: no answer in {TRIES * PAUSE_S:.0f} s, but {last}")

    def scan(self, path: str, code: str, *, step: str, cell: int | None = None) -> dict[str, Any]:
        """This function will scan until it is answered; gives the answer."""
        nonce = str(uuid4())
        sent = {"code": code, "nonce": nonce, "at": datetime.now(UTC).isoformat(), "cell": cell}
        answer = self._until_answered("POST", path, json=sent)
        if answer.status_code != 200:
            raise GivenUp(f"scan of {code!r} on {path}: {answer.status_code} {answer.text[:300]}")
        said: dict[str, Any] = answer.json()
        self.told.append(Told(nonce, step, code, said["outcome"], bool(said["packed"])))
        return said

    def scope(self) -> Any:
        from merchants.scope import scope

        return scope([self.merchant_id])


@dataclass
class Packer(Person):
    """Picks and packs, takes a wrong piece now and then, scans twice now and then."""

    def work(self, *, most: int) -> int:
        """This function will pick and pack up to `most` orders of the waves in work; gives how many were packed."""
        done = 0
        for wave_id in self._waves():
            self._pick(wave_id)
            for order_id in self._to_pack(wave_id):
                if done >= most:
                    return done
                done += self._pack(order_id)
        return done

    def _waves(self) -> list[int]:
        from floor.models import Wave

        with self.scope():
            return list(Wave.objects.filter(state="released").order_by("pk").values_list("pk", flat=True))

    def _pick(self, wave_id: int) -> None:
        """Most of the wave; what is left is picked at the packing table, straight from the shelf."""
        for cell_id, cell, sku_id, left in self._tasks(wave_id):
            if self.draw.random() < 0.3:
                continue
            path = f"/floor/pick/{wave_id}/scan/"
            self.scan(path, cell, step="pick", cell=cell_id)
            for _ in range(left):
                if self.scan(path, self._barcode(sku_id), step="pick", cell=cell_id)["outcome"] != "accepted":
                    break

    def _tasks(self, wave_id: int) -> list[tuple[int, str, int, int]]:
        from floor.models import PickTask

        with self.scope():
            rows = PickTask.objects.filter(wave_id=wave_id, state="open").select_related("location")
            return [(row.location_id, row.location.code, row.sku_id, row.pieces - row.picked) for row in rows]

    def _to_pack(self, wave_id: int) -> list[int]:
        from floor.models import WaveOrder

        with self.scope():
            rows = WaveOrder.objects.filter(wave_id=wave_id, left=False, order__state__in=["confirmed", "picking"])
            return list(rows.order_by("order__ship_by", "order_id").values_list("order_id", flat=True))

    def _pack(self, order_id: int) -> int:
        """Open the order by its number and scan its pieces until it is packed and closed, stopped, or another's."""
        path = "/floor/pack/scan/"
        number, wanted = self._order(order_id)
        if self.scan(path, number, step="pack")["outcome"] != "accepted":
            return 0
        for sku_id, gtin in wanted:
            if self.draw.random() < 0.05:
                self.scan(path, "4600000000000", step="pack")
            code = marking_code(gtin, self.draw) if gtin else self._barcode(sku_id)
            said = self.scan(path, code, step="pack")
            if said["packed"]:
                self.scan(path, number, step="close")  # the sticker on its box
                return 1
            if said["outcome"] == "stop":
                return 0
        self.scan(path, "BO-CANCEL", step="pack")
        return 0

    def _order(self, order_id: int) -> tuple[str, list[tuple[int, str]]]:
        """Its number, and (SKU, GTIN where a marking code is wanted) of each piece not packed yet."""
        from catalog.models import Barcode
        from orders.models import Order, Unit

        with self.scope():
            number = Order.objects.get(pk=order_id).external_number
            units = list(Unit.objects.filter(order_id=order_id, state__in=["wanted", "picked"]).select_related("line"))
            gtins = {
                code.sku_id: code.value
                for code in Barcode.objects.filter(sku__in=[unit.sku_id for unit in units], kind="ean13")
            }
            return number, [(unit.sku_id, gtins.get(unit.sku_id, "") if unit.line.marks else "") for unit in units]

    def _barcode(self, sku_id: int) -> str:
        from catalog.models import Barcode

        with self.scope():
            return str(Barcode.objects.filter(sku_id=sku_id).order_by("pk").values_list("value", flat=True)[0])


@dataclass
class Lead(Person):
    """Releases waves, puts back what fell away, closes handovers."""

    waves: int = 0
    closings: int = 0

    def release(self, *, most: int) -> None:
        self.post("/floor/waves/release/", limit=most)
        self.waves += 1

    def put_back(self) -> None:
        """Every open task into the cell it came from, or any cell."""
        for cell, code in self._put_backs():
            cell_id = self.scan("/floor/put-back/scan/", cell, step="put_back")["cell"]
            self.scan("/floor/put-back/scan/", code, step="put_back", cell=cell_id)

    def _put_backs(self) -> list[tuple[str, str]]:
        from catalog.models import Barcode
        from floor.models import PutBack
        from stock.models import Location

        with self.scope():
            spare = Location.objects.filter(kind="cell").order_by("pk").values_list("code", flat=True)[0]
            rows = PutBack.objects.filter(state="open").select_related("location")
            return [
                (
                    row.location.code if row.location and row.location.kind == "cell" else spare,
                    Barcode.objects.filter(sku_id=row.sku_id).order_by("pk").values_list("value", flat=True)[0],
                )
                for row in rows
            ]

    def close_handovers(self) -> None:
        """Each handover that has something packed; what is not packed is left for the next one."""
        for handover_id, place_id in self.closable():
            fields = {"leave_behind": "on", **self._way(place_id)}
            self.post(f"/shipping/{handover_id}/close/", **fields)
            self.closings += 1

    def closable(self) -> list[tuple[int, int]]:
        """Open handovers with something packed, when every packed parcel has its sticker on."""
        from labels.models import LabelFile
        from shipping.models import HandoverOrder

        with self.scope():
            packed = HandoverOrder.objects.filter(order__state="packed", handover__state__in=["open", "failed"])
            stuck = LabelFile.objects.filter(state="ready").values("order")
            bare = packed.exclude(order__in=stuck).values("handover")
            ready = packed.exclude(handover__in=bare).filter(order__commit_state="done")
            return list(ready.values_list("handover_id", "handover__channel_warehouse_id").distinct())

    def _way(self, place_id: int) -> dict[str, str]:
        """How the parcels are brought: the first shipping point that the page offers, where it offers any."""
        page = self.get(f"/sync/warehouses/{place_id}/points/")
        offered = re.findall(r'<option value="([^"|]+\|[^"]*)"', page)
        return {"shipping_type": "self", "shipping_point": offered[0]} if offered else {}

    def read_levels_back(self) -> None:
        """Press "Read now" for the stock that marketplaces hold, which finds and repairs what drifted."""
        from catalog.models import Channel

        with self.scope():
            channels = list(Channel.objects.values_list("pk", flat=True))
        for channel_id in channels:
            self.post(f"/sync/channels/{channel_id}/pull/read_back/")

    def retry_parked(self) -> None:
        """Press "Retry" on the sync page, where it may help."""
        from marketplaces.models import Command, Debt

        with self.scope():
            debts, commands = (
                list(model.objects.exclude(parked__in=["", *FINAL_REASONS]).values_list("pk", flat=True))
                for model in (Debt, Command)
            )
        if debts or commands:
            self.post("/sync/retry/", debt=debts, command=commands)


def marking_code(gtin: str, draw: random.Random) -> str:
    """A whole marking code of these goods with a serial that nobody else has."""
    serial = "".join(draw.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789", k=13))
    return f"01{gtin.zfill(14)}21{serial}{GS}91EE06{GS}92" + "A" * 44


def accepted(people: list[Person]) -> Counter[str]:
    """Scans that were accepted, by step."""
    return Counter(told.step for told in everything_told(people) if told.outcome == "accepted")


def everything_told(people: list[Person]) -> Iterator[Told]:
    for person in people:
        yield from person.told

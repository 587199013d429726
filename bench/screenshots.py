"""
`python3 run.py screenshots [NAME…]`: every page as a picture in docs/screenshots.

The whole stack runs with the demonstration until a day is under way: orders of both marketplaces, waves half picked,
parcels packed, a handover gone, goods to put back, a job done.  Pages are found by the URL resolver: those without
parameters by themselves, those with parameters by the first link to them, or by a sample named here.
"""

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from bench.live_stack import Stack, running, until
from bench.torture import WAVE, people
from bench.warehouse import Lead
from embedded.state import ROOT

FOLDER = ROOT / "docs" / "screenshots"
DESK = {"width": 1366, "height": 768}
TABLET = {"width": 800, "height": 1280}
PHONE = {"width": 390, "height": 844}
TALLEST = 1600
COLOURS = 96
SPEED, ORDERS_PER_MINUTE, ORDERS = 12.0, 2.0, 45
# Parts of the design system for developers, and what has no face of its own.
SKIPPED = {
    "floor:offline",
    "floor:station",
    "workspace:style",
    "workspace:style-floor",
    "workspace:home",
    "account_logout",
    "account_inactive",
}
SIGNED_OUT = {"sign-in", "floor-station"}
SHORTER = {"workspace:today": "today", "account_login": "sign-in"}


@dataclass(frozen=True)
class Shot:
    """A page to be photographed.  floor: also as a tablet and a phone show it."""

    name: str
    address: str
    floor: bool = False


def main(arguments: list[str]) -> int:
    from tests.browser.chromium import launched

    with tempfile.TemporaryDirectory(prefix="bo-shots-") as place:
        environment = {
            "SANDBOX_SPEED": str(SPEED),
            "SANDBOX_SEED": "2026",
            "SANDBOX_ORDERS_PER_MINUTE": str(ORDERS_PER_MINUTE),
        }
        with running(Path(place) / "state", **environment) as stack:
            stack.speak_to_database()
            lead = a_day_under_way(stack)
            shots = [shot for shot in pages(lead) if not arguments or shot.name in arguments]
            FOLDER.mkdir(parents=True, exist_ok=True)
            with launched() as browser:
                for shot in shots:
                    photograph(browser, stack, lead, shot)
            print(f"screenshots    | {len(shots)} pages in {FOLDER.relative_to(ROOT)}", flush=True)
    return 0


def a_day_under_way(stack: Stack) -> Lead:
    """This function will let people work until there is something to see on every page."""
    from merchants.models import Merchant
    from merchants.scope import scope
    from orders.models import Order

    merchant_id = Merchant.objects.get().pk
    stack.tell_sandbox("/tempo", buyer_cancels=0.1)
    lead, packers = people(stack, merchant_id, random.Random(1))

    def orders(least: int, **those: Any) -> bool:
        with scope([merchant_id]):
            return Order.objects.filter(**those).count() >= least

    until(lambda: orders(ORDERS, state="new"), seconds=240, what=f"{ORDERS} orders have come")
    lead.release(most=WAVE)
    packers[0].work(most=WAVE)

    def gone() -> bool:
        # Stickers come one after another, and each holds its handover.
        lead.close_handovers()
        return orders(5, state__in=["handed_over", "delivering"])

    until(gone, seconds=300, what="handovers have left", every_s=5)
    lead.release(most=12)
    packers[0].work(most=5)
    something_to_put_back(stack, lead)
    a_printer_with_an_agent(lead)
    goods_come_and_are_counted(lead)
    numbers_are_made(lead)
    lead.post("/jobs/export/", list="audit", query="")
    lead.post("/views/save/", list="orders", name="Срочные", query="state=new")
    return lead


def a_printer_with_an_agent(lead: Lead) -> None:
    """A station whose stickers go to a printer by themselves; its pages are found by their links."""
    from labels.models import PrinterProfile
    from stock.selectors import place

    with lead.scope():
        warehouse = place.seen_warehouses()[0].pk
    shape = {"way": "agent", "media": "58x40", "dpi": "203", "offset_x_mm": "0", "offset_y_mm": "0"}
    lead.post("/labels/printers/new/", warehouse=warehouse, name="Zebra ZD421", **shape)
    printer = PrinterProfile.objects.latest("pk").pk
    lead.post("/labels/stations/new/", warehouse=warehouse, name="Стол 1", printer=printer)


def something_to_put_back(stack: Stack, lead: Lead) -> None:
    """Buyers of orders that have been picked change their minds."""
    from floor.models import PutBack
    from orders.models import Order

    with lead.scope():
        picked = Order.objects.filter(state__in=["picking", "packed"]).select_related("channel").order_by("-pk")[:2]
        numbers = [(order.channel.marketplace, order.external_number) for order in picked]
    for marketplace, number in numbers:
        stack.tell_sandbox("/cancel", **{marketplace: number if marketplace == "ozon" else int(number)})

    def told() -> bool:
        with lead.scope():
            return PutBack.objects.filter(state="open").exists()

    if numbers:
        until(told, seconds=120, what="there is something to put back")


def goods_come_and_are_counted(lead: Lead) -> None:
    """A delivery half received, a cell half counted, a parcel that came back: what the other floor pages show."""
    from datetime import UTC, datetime, timedelta

    from catalog.models import Barcode
    from orders.models import Order
    from stock.models import Balance, Supplier
    from stock.services import expected

    now = datetime.now(UTC)
    with lead.scope():
        lying = list(
            Balance.objects.filter(location__kind="cell", pieces__gt=2, sku__in=Barcode.objects.values("sku_id"))
            .select_related("location", "sku")
            .order_by("location__code")[:4]
        )
        codes = {row.sku_id: Barcode.objects.filter(sku_id=row.sku_id).order_by("pk")[0].value for row in lying}
        supplier, _made = Supplier.objects.get_or_create(merchant_id=lead.merchant_id, name="Фабрика посуды")
        receipt = expected.announce(
            merchant_id=lead.merchant_id,
            supplier_id=supplier.pk,
            warehouse_id=lying[0].location.warehouse_id,
            number="УТ-00417",
            expected_on=now.date() + timedelta(days=1),
            lines={row.sku_id: 12 for row in lying},
            now=now,
        )
        away = Order.objects.filter(state__in=["handed_over", "delivering"]).order_by("pk").first()
    for row in lying[:2]:
        lead.scan(f"/floor/receive/{receipt.pk}/scan/", codes[row.sku_id], step="receive")
    begun = str(lead.post("/floor/count/", blind="on").url)
    lead.scan(f"{urlsplit(begun).path}scan/", lying[0].location.code, step="count")
    lead.scan(f"{urlsplit(begun).path}scan/", codes[lying[0].sku_id], step="count")
    if away is not None:
        lead.scan("/floor/returns/scan/", away.external_number, step="returns")


def numbers_are_made(lead: Lead) -> None:
    """Tariffs, without which profit is not told, and what is made a few minutes after the first sales."""
    from analytics.models import Article, Forecast
    from catalog.models import Channel

    with lead.scope():
        channels = list(Channel.objects.values_list("pk", flat=True))
    rates = {"fee_percent": "15", "acquiring_percent": "1,5", "ads_percent": "3", "tax_percent": "6"}
    rates |= {"logistics_a_piece": "70", "storage_a_piece": "2"}
    for channel in channels:
        lead.post("/analytics/tariffs/", channel=channel, category="", valid_from="2026-01-01", **rates)

    def judged_and_foretold() -> bool:
        with lead.scope():
            return Article.objects.exists() and Forecast.objects.exists()

    until(judged_and_foretold, seconds=600, what="articles are judged and forecast", every_s=5)


def pages(lead: Lead) -> list[Shot]:
    """Every page that opens: by name, then by the first link that leads to it."""
    from django.urls import Resolver404, resolve, reverse

    from tests.urls import every_url

    plain = [url.name for url in every_url() if not url.parameters and "get" in url.methods and "None" not in url.name]
    known = {name: reverse(name) for name in plain} | samples(lead)
    found: dict[str, Shot] = {}
    waiting = list(known.items())
    while waiting:
        name, address = waiting.pop(0)
        if name in found or name in SKIPPED:
            continue
        text = seen(lead, address)
        if text is None:
            continue
        found[name] = Shot(
            SHORTER.get(name, name.replace(":", "-").replace("_", "-")), address, '<body class="floor"' in text
        )
        for link in links(text):
            try:
                named = resolve(urlsplit(link).path).view_name
            except Resolver404:
                continue
            if named not in known:
                known[named] = link
                waiting.append((named, link))
    found["account_login"] = Shot("sign-in", reverse("account_login"))
    found["floor:station"] = Shot("floor-station", reverse("floor:station"), floor=True)
    return sorted(found.values(), key=lambda shot: shot.name)


def samples(lead: Lead) -> dict[str, str]:
    """Rows with the most to show, for pages whose first link would lead to a duller one."""
    from django.urls import reverse

    from catalog.models import Channel
    from floor.models import Scan, Wave
    from orders.models import Order
    from shipping.models import Handover
    from stock.models import ExpectedReceipt, StockCount

    with lead.scope():
        order = Order.objects.filter(state__in=["handed_over", "delivering", "packed"]).order_by("pk").first()
        wave = Wave.objects.filter(state="released").order_by("pk").first()
        gone = Handover.objects.filter(state="closed").order_by("pk").first()
        receipt = ExpectedReceipt.objects.order_by("pk").first()
        count = StockCount.objects.order_by("pk").first()
    rows = {
        "orders:detail": order,
        "floor:wave": wave,
        "floor:pick-wave": wave,
        "floor:receive-document": receipt,
        "floor:count-round": count,
        "floor:count-review": count,
        "shipping:handover": gone,
    }
    with lead.scope():
        channel = Channel.objects.order_by("pk").values_list("pk", flat=True).first()
        person = Scan.objects.order_by("pk").values_list("person", flat=True).first()
    filtered = {
        "analytics:sales": "by=sku",
        "analytics:classes": "worth=A&demand=Z",
        "analytics:trends": "trend=even",
        "analytics:lines": "event=cancelled",
        "analytics:late": "period=month",
        "analytics:scans": f"period=month&person={person}",
        "analytics:sending": f"channel={channel}&days=28",
    }
    found = {name: reverse(name, args=[row.pk]) for name, row in rows.items() if row is not None}
    return found | {name: f"{reverse(name)}?{query}" for name, query in filtered.items()}


def seen(lead: Lead, address: str) -> str | None:
    """The page as HTML; None: it is a file, a part of a page, or leads elsewhere."""
    answer = lead.browser.get(address, follow_redirects=False)
    whole = answer.status_code == 200 and "html" in answer.headers.get("content-type", "")
    return answer.text if whole and answer.text.lstrip().lower().startswith("<!doctype") else None


def links(text: str) -> Iterator[str]:
    yield from (unescape(link) for link in re.findall(r'<a\b[^>]*\shref="(/[^"]*)"', text))


def photograph(browser: Any, stack: Stack, lead: Lead, shot: Shot) -> None:
    """This function will write the pictures of one page."""
    sizes = {"": DESK} | ({"-tablet": TABLET, "-phone": PHONE} if shot.floor else {})
    for suffix, size in sizes.items():
        context = browser.new_context(base_url=stack.url, locale="ru-RU", viewport=size, reduced_motion="reduce")
        if shot.name not in SIGNED_OUT:
            for name in ("sessionid", "csrftoken"):
                value = lead.browser.cookies.get(name)
                context.add_cookies([{"name": name, "value": value, "url": stack.url}])
        page = context.new_page()
        page.goto(shot.address, wait_until="load")
        page.wait_for_timeout(700)
        height = min(TALLEST, max(size["height"], page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": size["width"], "height": height})
        taken = page.screenshot()
        write(FOLDER / f"{shot.name}{suffix}.png", taken)
        context.close()


def write(path: Path, png: bytes) -> None:
    """Few colours make a page a third as heavy, and nobody sees it."""
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The packing table with a print agent: the sticker comes by itself, the page says how it stands, a jam is cleared."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from floor.types import WaveMode
from labels.models import PrinterProfile, PrintItem, Station
from labels.services import station_key
from tests.browser.accessible import serious
from tests.browser.test_floor import at, in_scope, ordered, scans, shift, waits_for  # noqa: F401  the shift is a fixture
from tests.labels.agents import agent_process
from tests.labels.tcp_printer import TcpPrinter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def printer():
    with TcpPrinter() as one:
        yield one


@pytest.fixture
def station(shift, context, live_server):  # noqa: F811
    """The browser stands at a table whose printer is fed by an agent."""
    profile = PrinterProfile.objects.create(warehouse=shift.warehouse, name="Zebra", way="agent")
    made = Station.objects.create(warehouse=shift.warehouse, name="Стол 1", printer=profile)
    context.add_cookies([{"name": "station", "value": str(made.pk), "url": live_server.url}])
    return made


def pictured(page, name):
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"printing-{name}.png"))


def test_the_sticker_comes_by_itself_and_a_jam_is_cleared_by_the_last_good_one(
    page,
    shift,  # noqa: F811
    station,
    printer,
    live_server,
    tmp_path,
):
    orders = ordered(shift, [("mug", 1)], [("fork", 1)], mode=WaveMode.SINGLE)
    _key, secret = station_key.make(station=station, person_id=shift.person.pk, now=timezone.now())
    packer = at(page, "/floor/pack/")
    page.wait_for_selector('#printing :text("не слышно")')
    with agent_process(live_server.url, secret, printer.address, tmp_path):
        sent = PrintItem.objects.filter(state="sent")  # the agent has said so
        page.wait_for_selector('#printing :text("Принтер готов")')
        scans(packer, "INT-mug")
        waits_for(lambda: len(printer.printed) == 1 and in_scope(shift, sent.exists))
        page.wait_for_selector('#printing :text("стикер ушёл на принтер")')
        pictured(page, "sent")
        assert serious(page) == []
        number = orders[0].external_number
        assert page.locator("iframe").count() == 0  # nothing went through the browser
        scans(packer, f"S-{number}")
        with shift.scope():
            item = PrintItem.objects.get()
            assert (item.state, item.station, item.person_id) == ("confirmed", station, shift.person.pk)

        scans(packer, "INT-fork")
        waits_for(lambda: len(printer.printed) == 2 and in_scope(shift, sent.exists))
        page.goto(f"/labels/stations/{station.pk}/printer/")
        page.wait_for_selector("html[data-station=ready]")
        desk = packer
        desk.clock = 0
        scans(desk, "BO-PRINT-STOP", outcome="stop")
        page.wait_for_selector('#work :text("Печать остановлена")')
        pictured(page, "halted")
        assert serious(page) == []
        page.goto("/floor/pack/")
        page.click('#printing a:text("Дальше")')
        page.wait_for_selector("html[data-station=ready]")
        page.click('[data-scan-code="BO-PRINT-NONE"]')
        page.wait_for_selector('#band[data-outcome="accepted"]')
        waits_for(lambda: len(printer.printed) == 3 and in_scope(shift, sent.exists))
    with shift.scope():
        rows = PrintItem.objects.order_by("pk").values_list("label__order_id", "state", "reason")
        assert list(rows) == [
            (orders[0].pk, "confirmed", ""),
            (orders[1].pk, "replaced", ""),
            (orders[1].pk, "sent", "jam"),
        ]

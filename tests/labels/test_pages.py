"""Stations, printers, the print queue and the sticker of an order, as a person sees them."""

import pytest

from labels.models import LabelFile, PrinterProfile, PrintItem, Station
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.labels import datamatrix, raster
from tests.labels import make as labels_make
from tests.labels.test_place import marketplace_png
from tests.labels.test_stickers import TEST_CODE128, TEST_EAN13

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return make.merchant()


@pytest.fixture
def packer(merchant):
    return make.client(role=Role.PICKER, merchant=merchant)


@pytest.fixture
def lead(merchant):
    return make.client(role=Role.LEAD, merchant=merchant)


def test_the_sticker_opens_inline_and_is_counted_once(merchant, packer):
    order = labels_make.labelled(merchant, "46-0001", content=marketplace_png())
    for _time in range(2):
        answer = packer.get(f"/labels/order/{order.pk}/sticker.pdf")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'inline; filename="46-0001.pdf"'
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in answer["Cache-Control"]
        assert raster.texts(raster.page(answer.content)) == {"46000017"}
    with scope([merchant.pk]):
        assert PrintItem.objects.count() == 1


def test_a_second_person_is_asked_why_and_may_then_print(merchant, packer):
    order = labels_make.labelled(merchant, content=marketplace_png())
    other = make.client(role=Role.LEAD, merchant=merchant)
    packer.get(f"/labels/order/{order.pk}/sticker.pdf")
    answer = other.get(f"/labels/order/{order.pk}/sticker.pdf")
    assert answer.status_code == 409
    assert 'name="reason"' in answer.content.decode()
    assert other.get(f"/labels/order/{order.pk}/sticker.pdf?reason=nonsense").status_code == 409
    assert other.get(f"/labels/order/{order.pk}/sticker.pdf?reason=lost").status_code == 200
    with scope([merchant.pk]):
        assert list(PrintItem.objects.order_by("pk").values_list("reason", flat=True)) == ["", "lost"]


def test_the_sticker_of_an_unpacked_order_is_refused(merchant, packer):
    order = labels_make.labelled(merchant, state="picking")
    assert packer.get(f"/labels/order/{order.pk}/sticker.pdf").status_code == 409


def test_the_chosen_station_decides_the_size(merchant, packer):
    station = labels_make.station(merchant, media="100x150")
    order = labels_make.labelled(merchant, content=marketplace_png())
    packer.post("/labels/stations/choose/", {"station": station.pk})
    content = packer.get(f"/labels/order/{order.pk}/sticker.pdf").content
    assert raster.page(content).size == (800, 1200)
    packer.post("/labels/stations/choose/", {"station": ""})
    assert "station" not in {name for name, cookie in packer.cookies.items() if cookie.value}


@pytest.mark.parametrize("asked", ["999999", "abc", "9" * 40, "-1"])
def test_a_station_that_is_not_there_cannot_be_chosen(merchant, packer, asked):
    packer.post("/labels/stations/choose/", {"station": asked})
    assert "station" not in packer.cookies


def test_a_lead_describes_a_printer_and_a_station(merchant, lead):
    place = labels_make.warehouse(merchant)
    fields = {"warehouse": place.pk, "media": "75x120", "dpi": "203", "offset_x_mm": "1.5", "offset_y_mm": "-2"}
    assert (
        lead.post(
            "/labels/printers/new/", {**fields, "name": "TSC", "way": "agent", "darkness": "18", "speed": "4"}
        ).status_code
        == 302
    )
    printer = PrinterProfile.objects.get()
    assert (printer.media, float(printer.offset_x_mm), float(printer.offset_y_mm)) == ("75x120", 1.5, -2)
    assert (printer.way, printer.darkness, printer.speed) == ("agent", 18, 4)
    lead.post("/labels/stations/new/", {"warehouse": place.pk, "name": "Table 1", "printer": printer.pk})
    assert Station.objects.get().printer == printer
    assert "Table 1" in lead.get("/labels/stations/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"media": "1x1"},
        {"dpi": "72"},
        {"offset_x_mm": "99"},
        {"offset_y_mm": "x"},
        {"way": "fax"},
        {"darkness": "31"},
        {"speed": "0"},
    ],
)
def test_a_wrong_printer_is_not_saved(merchant, lead, wrong):
    place = labels_make.warehouse(merchant)
    fields = {"warehouse": place.pk, "name": "T", "media": "58x40", "dpi": "203", "offset_x_mm": "0"}
    answer = lead.post("/labels/printers/new/", {**fields, "offset_y_mm": "0", "way": "browser", **wrong})
    assert answer.status_code == 422
    assert PrinterProfile.objects.count() == 0


def test_a_printer_of_a_foreign_warehouse_cannot_be_had(merchant, lead):
    mine, foreign = labels_make.warehouse(merchant), labels_make.printer(make.merchant())
    answer = lead.post("/labels/stations/new/", {"warehouse": mine.pk, "name": "T", "printer": foreign.pk})
    assert answer.status_code == 422
    answer = lead.post("/labels/stations/new/", {"warehouse": foreign.warehouse_id, "name": "T", "printer": ""})
    assert answer.status_code == 422
    assert Station.objects.count() == 0


@pytest.mark.parametrize(("media", "size"), [("58x40", (464, 320)), ("43x25", (344, 200)), ("100x150", (800, 1200))])
def test_the_test_page_has_rulers_and_three_codes(merchant, lead, media, size):
    printer = labels_make.printer(merchant, media=media)
    answer = lead.get(f"/labels/printers/{printer.pk}/test.pdf")
    image = raster.page(answer.content)
    assert image.size == size
    assert raster.read(image) >= {("]E", TEST_EAN13), ("]C", TEST_CODE128)}
    # Marks of the upper edge: one a millimetre, two dots wide, from the left.
    top = [value < 128 for value in image.crop((0, 0, 90, 1)).tobytes()]
    assert [x for x in range(90) if top[x]] == [x for mm in range(1, 11) for x in (8 * mm, 8 * mm + 1)]


def test_the_queue_shows_what_was_printed_and_takes_back_what_did_not_come_out(merchant, packer):
    order = labels_make.labelled(merchant, "46-0001")
    packer.get(f"/labels/order/{order.pk}/sticker.pdf")
    assert "46-0001" in packer.get("/labels/queue/").content.decode()
    with scope([merchant.pk]):
        item = PrintItem.objects.get().pk
    packer.post(f"/labels/queue/{item}/failed/")
    with scope([merchant.pk]):
        assert PrintItem.objects.get().state == "failed"
    assert packer.get(f"/labels/order/{order.pk}/sticker.pdf").status_code == 200


def test_the_queue_pages_backwards(merchant, packer):
    order = labels_make.labelled(merchant, "46-0001")
    with scope([merchant.pk]):
        from django.utils import timezone

        label = LabelFile.objects.get(order=order)
        PrintItem.objects.bulk_create(
            PrintItem(merchant=merchant, label=label, created_at=timezone.now()) for _time in range(51)
        )
        first = PrintItem.objects.order_by("-pk")[49].pk
    assert f"&amp;before={first}" in packer.get("/labels/queue/").content.decode()
    assert "&amp;before=" not in packer.get(f"/labels/queue/?before={first}").content.decode()


def test_the_panel_of_an_order_offers_printing_then_printing_again(merchant, packer):
    order = labels_make.labelled(merchant)
    url = f"/labels/order/{order.pk}/panel/"
    assert "data-print" in packer.get(url).content.decode()
    packer.get(f"/labels/order/{order.pk}/sticker.pdf")
    assert 'name="reason"' in packer.get(url).content.decode()


@pytest.mark.parametrize("form", ["58x40", "a4-l7651", "nothing", ""])
def test_a_sample_of_each_format_opens(merchant, packer, form):
    answer = packer.get(f"/labels/formats/sample.pdf?form={form}")
    assert answer["Content-Type"] == "application/pdf"


def test_the_marking_code_of_the_test_page_reads(merchant, lead):
    from labels.render.sticker import TEST_MARK

    printer = labels_make.printer(merchant)
    image = raster.page(lead.get(f"/labels/printers/{printer.pk}/test.pdf").content)
    # The code stands in the upper left corner, clear of the rulers.
    assert datamatrix.read(image.crop((30, 30, 128, 122))) == f"]d2{TEST_MARK}"


def test_an_order_delivered_by_ourselves_gets_our_own_sticker(merchant, packer):
    order = labels_make.order(merchant, "46-0001", scheme="dbs")
    assert f"/labels/order/{order.pk}/own/" in packer.get(f"/labels/order/{order.pk}/panel/").content.decode()
    answer = packer.post(f"/labels/order/{order.pk}/own/", follow=True)
    assert raster.texts(raster.page(answer.content)) == {"46-0001"}
    with scope([merchant.pk]):
        assert LabelFile.objects.get().source == "own"


def test_our_own_sticker_never_takes_the_place_of_a_marketplaces(merchant, packer):
    order = labels_make.order(merchant)
    packer.post(f"/labels/order/{order.pk}/own/")
    with scope([merchant.pk]):
        assert LabelFile.objects.count() == 0

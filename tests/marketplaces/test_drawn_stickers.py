"""A sticker that does not come as a file is drawn from the marketplace's data and read back by another program."""

from dataclasses import replace

import pytest

from labels.models import LabelFile
from labels.render.geometry import MEDIA
from labels.services import box_stickers
from marketplaces import dto
from marketplaces.sync import draw_labels
from orders.models import Order
from orders.services import commit
from tests.labels import raster
from tests.marketplaces.conftest import Desk

BOX = dto.LabelData(
    number="57001",
    box_id="7",
    barcode="57001-1",
    place="1/2",
    parcel_number="57001-1",
    recipient="Покупатель Т. И.",
    address="300000, Тула, ул Примерная, д 1, подъезд 2, этаж 5, кв. 17, домофон 17, направо от лифта",
    carrier="Почта",
    supplier="ООО «Песочница»",
    ship_on="25.11.2026",
)
BOXES = [BOX, replace(BOX, barcode="57001-2", place="2/2", parcel_number="57001-2")]
LONG = "PLACE-570010000000000000001"


def read(content: bytes) -> list[set[str]]:
    return [raster.texts(page) for page in raster.pages(content)]


@pytest.mark.parametrize("roll", sorted(MEDIA))
def test_every_box_reads_back_on_every_roll(roll: str) -> None:
    content = box_stickers.drawn(draw_labels.stickers(BOXES), roll=roll)
    assert read(content) == [{"57001-1"}, {"57001-2"}]
    width, height = MEDIA[roll].points
    assert [box[2:] for box in raster.media_boxes(content)] == [pytest.approx((width, height), abs=0.01)] * 2


def test_a_code_that_is_no_bars_is_a_square() -> None:
    content = box_stickers.drawn(draw_labels.stickers([replace(BOX, barcode=LONG)]), roll="75x120")
    assert raster.read_qr(raster.page(content)) == LONG


def test_an_unknown_roll_is_the_usual_one_and_a_box_without_a_code_bears_its_number() -> None:
    content = box_stickers.drawn(draw_labels.stickers([replace(BOX, barcode="", parcel_number="")]), roll="A4")
    assert read(content) == [{"57001"}]
    assert raster.media_boxes(content)[0][2:] == pytest.approx(MEDIA["58x40"].points, abs=0.01)


@pytest.fixture
def desk(supply_desk: Desk) -> Desk:
    return supply_desk


def refused(desk: Desk, code: dto.Code = dto.Code.OTHER) -> Order:
    """A committed order whose file the marketplace refuses."""
    desk.trade.sku("mug", pieces=5)
    order: Order = desk.trade.order(("mug", 1), place=desk.place)
    type(desk.place).objects.filter(pk=desk.place.pk).update(label_format="75x120")
    number = order.external_number
    desk.fake.stickers_refused[number] = dto.Refused(key=number, code=code, text="the file store is closed")
    commit.commit_orders(merchant_id=desk.trade.merchant.pk, order_ids=[order.pk], now=desk.now)
    return order


def test_a_refused_file_is_drawn_on_the_roll_of_the_channel_warehouse(desk: Desk) -> None:
    order = refused(desk)
    desk.fake.label_rows[order.external_number] = BOXES

    desk.drain("commands")

    label = LabelFile.objects.get(order=order)
    with label.file.open() as file:
        content = file.read()
    assert (label.source, label.state, label.barcode) == ("own", "ready", "57001-1")
    assert read(content) == [{"57001-1"}, {"57001-2"}]
    assert raster.media_boxes(content)[0][2:] == pytest.approx(MEDIA["75x120"].points, abs=0.01)
    order.refresh_from_db()
    assert (order.attention, desk.commands()) == ([], [])


def test_without_data_the_refusal_stands(desk: Desk) -> None:
    order = refused(desk)

    desk.drain("commands")

    order.refresh_from_db()
    assert order.attention == ["label_failed"]
    assert [(command.op, command.parked_text) for command in desk.commands()] == [("label", "the file store is closed")]
    assert not LabelFile.objects.filter(order=order).exists()


def test_while_the_file_is_being_made_nothing_is_drawn(desk: Desk) -> None:
    order = refused(desk, dto.Code.NOT_READY)
    desk.fake.label_rows[order.external_number] = BOXES

    desk.drain("commands")

    assert desk.fake.calls["label_data"] == 0
    assert [(command.op, command.parked) for command in desk.commands()] == [("label", "")]

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.kernel import events
from labels.errors import AlreadyPrinted, NoSticker, NotReleased, UnknownFile, WrongMedia
from labels.events import LabelStored
from labels.models import LabelFile, PrintItem
from labels.selectors import printing as found
from labels.services import delivery, printing
from labels.services.order_label import store_label
from labels.types import LabelState, PrintState, Reason
from merchants.scope import scope
from orders.models import Order, OrderEvent
from orders.types import Attention
from tests import make
from tests.labels import make as labels_make
from tests.labels import raster
from tests.labels.test_place import marketplace_pdf, marketplace_png

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def merchant():
    return make.merchant()


@pytest.fixture
def inside(merchant):
    with scope([merchant.pk]):
        yield


def store(order, content, **fields):
    return store_label(
        merchant_id=order.merchant_id, order_id=order.pk, content=content, content_type="image/png", now=NOW, **fields
    )


def printed(order, person=None, **fields):
    return printing.print_order_label(
        order_id=order.pk, person_id=person.pk if person else None, now=fields.pop("now", NOW), **fields
    )


def test_a_sticker_is_kept_with_what_a_scanner_reads_on_it(merchant, inside):
    order = labels_make.order(merchant)
    label_id = store(order, marketplace_png(), barcode="!uKEtQZVx", part_a="231648", part_b="9753")
    label = found.ready_label(order.pk)
    assert (label.label_id, label.content_type, label.barcode) == (label_id, "image/png", "!uKEtQZVx")
    assert (label.part_a, label.part_b, label.times_printed, label.printed_at) == ("231648", "9753", 0, None)
    assert found.order_of_barcode("!uKEtQZVx") == order.pk
    with default_storage.open(LabelFile.objects.get().file.name) as stored:
        assert stored.read() == marketplace_png()


def test_the_same_sticker_again_changes_nothing(merchant, inside):
    order = labels_make.order(merchant)
    assert store(order, marketplace_png()) == store(order, marketplace_png())
    assert LabelFile.objects.count() == 1
    assert OrderEvent.objects.filter(order=order, kind="label").count() == 1


def test_a_newer_sticker_replaces_the_older_which_is_kept(merchant, inside):
    order = labels_make.order(merchant)
    store(order, marketplace_png("1"), barcode="A")
    store(order, marketplace_png("2"), barcode="B")
    states = list(LabelFile.objects.order_by("pk").values_list("barcode", "state"))
    assert states == [("A", LabelState.REPLACED), ("B", LabelState.READY)]
    assert found.order_of_barcode("A") is None


def test_storing_tells_the_apps_above(merchant, inside, monkeypatch):
    told = []
    monkeypatch.setitem(events._subscribers, LabelStored, [told.append])
    order = labels_make.order(merchant)
    store(order, marketplace_png())
    assert told == [LabelStored(merchant_id=merchant.pk, order_id=order.pk, at=NOW)]


@pytest.mark.parametrize("content", [b"", b"<html>", marketplace_png()[:300], marketplace_pdf("1")[:2000]])
def test_what_is_no_sticker_puts_the_order_into_the_attention_queue(merchant, inside, content):
    order = labels_make.order(merchant)
    assert store(order, content) is None
    assert LabelFile.objects.count() == 0
    assert Order.objects.get(pk=order.pk).attention == [Attention.LABEL_FAILED]
    store(order, marketplace_png())
    assert Order.objects.get(pk=order.pk).attention == []


def test_missing_labels_are_those_without_a_ready_one(merchant, inside):
    without, with_one = labels_make.order(merchant, "1"), labels_make.labelled(merchant, "2")
    assert found.missing_labels([without.pk, with_one.pk]) == {without.pk}


@pytest.mark.parametrize("state", ["new", "confirmed", "picking", "cancelled", "returning", "returned"])
def test_the_sticker_of_an_order_that_is_not_packed_stays_with_us(merchant, inside, state):
    order = labels_make.labelled(merchant, state=state)
    with pytest.raises(NotReleased):
        printed(order)
    assert PrintItem.objects.count() == 0


def test_an_order_without_a_sticker_is_refused(merchant, inside):
    with pytest.raises(NoSticker):
        printed(labels_make.order(merchant))


def test_a_second_printing_asks_why(merchant, inside):
    order = labels_make.labelled(merchant)
    packer, other = make.person(), make.person()
    first = printed(order, packer)
    later = NOW + timedelta(minutes=2)
    with pytest.raises(AlreadyPrinted):
        printed(order, packer, now=later)
    with pytest.raises(AlreadyPrinted):
        printed(order, other)
    assert PrintItem.objects.count() == 1
    again = printed(order, other, reason=Reason.DAMAGED, now=later)
    assert again.again
    assert again.item_id != first.item_id
    assert found.ready_label(order.pk).times_printed == 2
    texts = OrderEvent.objects.filter(order=order, kind="label").order_by("pk").values_list("text", flat=True)
    assert len(texts) == 3


def test_the_same_browser_asking_twice_is_one_printing(merchant, inside):
    order = labels_make.labelled(merchant)
    packer = make.person()
    assert printed(order, packer) == printed(order, packer, now=NOW + timedelta(seconds=59))
    assert PrintItem.objects.count() == 1


def test_what_did_not_come_out_is_printed_anew_without_a_reason(merchant, inside):
    order = labels_make.labelled(merchant)
    first = printed(order)
    assert printing.failed(item_id=first.item_id)
    later = NOW + timedelta(minutes=2)
    assert printed(order, now=later).item_id != first.item_id


def test_a_print_item_goes_from_queued_to_sent_to_confirmed_and_never_back(merchant, inside):
    order = labels_make.labelled(merchant)
    item = printed(order).item_id
    assert printing.sent(item_id=item, now=NOW)
    assert not printing.sent(item_id=item, now=NOW)
    assert printing.confirm_order(order_id=order.pk, now=NOW) == []
    assert not printing.failed(item_id=item)
    assert PrintItem.objects.get().state == PrintState.CONFIRMED


def test_another_merchant_sees_nothing_of_it(merchant):
    order = labels_make.labelled(merchant)
    with scope([make.merchant().pk]):
        assert found.ready_label(order.pk) is None
        assert LabelFile.objects.count() == 0
        with pytest.raises(NoSticker):
            printed(order)
    assert LabelFile.objects.count() == 0  # outside of a scope: nothing at all


def delivered(order, person, station=None, reason=None):
    return delivery.order_sticker(
        merchant_ids=frozenset([order.merchant_id]),
        order_id=order.pk,
        person_id=person.pk,
        station_id=str(station.pk) if station else None,
        reason=reason,
    ).content


def test_a_sticker_leaves_in_one_transaction(merchant):
    order, person = labels_make.labelled(merchant, content=marketplace_png()), make.person()
    with CaptureQueriesContext(connection) as asked:
        delivered(order, person)
    # In a test the scope says twice whose rows are seen: at its beginning and at its end.
    assert sum("set_config" in query["sql"] for query in asked) == 2
    with scope([merchant.pk]):
        assert PrintItem.objects.get().state == PrintState.SENT


@pytest.mark.parametrize("media", ["58x40", "75x120", "100x150"])
def test_the_sticker_comes_out_at_the_size_of_the_stations_printer(merchant, media):
    from labels.render.geometry import MEDIA

    order = labels_make.labelled(merchant, content=marketplace_png())
    content = delivered(order, make.person(), labels_make.station(merchant, media=media))
    assert raster.media_boxes(content) == [pytest.approx((0, 0, *MEDIA[media].points), abs=0.0001)]
    assert raster.texts(raster.page(content)) == {"46000017"}
    with scope([merchant.pk]):
        assert PrintItem.objects.get().state == PrintState.SENT


def test_without_a_station_a_pdf_keeps_its_size_and_a_picture_gets_its_roll(merchant):
    person = make.person()
    pdf = labels_make.labelled(merchant, "1", content=marketplace_pdf("46-1"))
    png = labels_make.labelled(merchant, "2", content=marketplace_png())
    boxes = [raster.media_boxes(delivered(order, person))[0][2:] for order in (pdf, png)]
    assert boxes == [pytest.approx((212.598, 340.157), abs=0.001), pytest.approx((164.409, 113.386), abs=0.001)]


def test_a_station_of_a_foreign_warehouse_in_the_cookie_is_ignored(merchant):
    order = labels_make.labelled(merchant, content=marketplace_png())
    foreign = labels_make.station(make.merchant(), media="100x150")
    content = delivered(order, make.person(), foreign)
    assert raster.media_boxes(content)[0][2:] == pytest.approx((164.409, 113.386), abs=0.001)
    with scope([merchant.pk]):
        assert PrintItem.objects.get().station is None


def test_a_sticker_found_damaged_at_the_printer_is_withdrawn(merchant):
    broken = marketplace_pdf("1")[:200] + b"junk" * 100 + b"%%EOF"
    order = labels_make.labelled(merchant, content=broken)
    with pytest.raises(UnknownFile):
        delivered(order, make.person())
    with scope([merchant.pk]):
        assert found.ready_label(order.pk) is None
        assert Order.objects.get(pk=order.pk).attention == [Attention.LABEL_FAILED]
        assert PrintItem.objects.get().state == PrintState.FAILED


def test_a_sticker_too_large_for_the_roll_is_refused_and_may_be_printed_elsewhere(merchant):
    order = labels_make.labelled(merchant, content=marketplace_pdf("46-0001"))
    person, small = make.person(), labels_make.station(merchant, media="58x40")
    with pytest.raises(WrongMedia, match="75×120"):
        delivered(order, person, small)
    content = delivered(order, person)
    assert raster.texts(raster.page(content)) == {"46-0001"}
    with scope([merchant.pk]):
        states = list(PrintItem.objects.order_by("pk").values_list("state", flat=True))
    assert states == [PrintState.FAILED, PrintState.SENT]

"""Many stickers: pages that ask for them and the job that makes them."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from catalog.models import Barcode, Price, PriceType, Product, Sku
from labels.errors import TooMany
from labels.render import sheet as render
from labels.services import sheet
from labels.services.sheet import Wanted
from merchants.roles import Role
from merchants.scope import scope
from stock.models import Location
from tests import make
from tests.labels import make as labels_make
from tests.labels import raster, zebra
from workspace.models import Job, JobState
from workspace.services import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def merchant():
    return make.merchant()


def sku(merchant, code, barcode="", name="Кружка синяя", **fields):
    with scope([merchant.pk]):
        product = Product.objects.create(merchant=merchant, name=name)
        made = Sku.objects.create(merchant=merchant, product=product, code=code, **fields)
        if barcode:
            Barcode.objects.create(merchant=merchant, sku=made, value=barcode, kind="ean13")
        return made


def job(merchant, wanted):
    with scope([merchant.pk]):
        return jobs.start(
            merchant_ids=[merchant.pk],
            author_id=make.person(role=Role.OWNER, merchant=merchant).pk,
            kind="labels.sheet",
            title="Stickers",
            task="labels.tasks.build_sheet",
            queue="pdf",
            now=timezone.now(),
            total=wanted.count,
            params=wanted.as_params(),
        )


def run(merchant, started):
    jobs.run(job_id=started.pk, merchant_ids=[merchant.pk], work=sheet.build)
    with scope([merchant.pk]):
        return Job.objects.get(pk=started.pk)


def result(done):
    with default_storage.open(done.result_file) as file:
        return file.read()


def post(browser, url, **fields):
    return browser.post(url, {"form": "58x40", "dpi": "203", "skip": "0", **fields})


def test_a_few_stickers_open_at_once(merchant):
    mug, cup = sku(merchant, "M-1", "4601234567893"), sku(merchant, "C-1")
    browser = make.client(role=Role.PICKER, merchant=merchant)
    answer = post(browser, "/labels/", **{f"copies-{mug.pk}": "2", f"copies-{cup.pk}": "1"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="stickers.pdf"'
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    read = [raster.texts(image) for image in raster.pages(answer.content)]
    assert read == [{"4601234567893"}, {"4601234567893"}, {"C-1"}]


def test_many_stickers_become_a_job(merchant):
    mug = sku(merchant, "M-1", "4601234567893")
    browser = make.client(role=Role.OWNER, merchant=merchant)
    answer = post(browser, "/labels/", **{f"copies-{mug.pk}": "201"})
    with scope([merchant.pk]):
        started = Job.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/jobs/{started.pk}/"
    assert (started.task, started.queue, started.total) == ("labels.tasks.build_sheet", "pdf", 201)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"copies-1": "-1"},
        {"copies-1": "1001"},
        {"copies-1": "abc"},
        {"copies-1": "1", "form": "9x9"},
        {"copies-1": "0"},
    ],
)
def test_bad_input_is_answered_on_the_page(merchant, fields):
    sku(merchant, "M-1", "4601234567893")
    browser = make.client(role=Role.OWNER, merchant=merchant)
    answer = post(browser, "/labels/", **fields)
    assert answer.status_code == 422
    with scope([merchant.pk]):
        assert Job.objects.count() == 0


def test_a_sticker_that_cannot_be_drawn_is_named_on_the_page(merchant):
    wrong = sku(merchant, "Ы-1")
    browser = make.client(role=Role.OWNER, merchant=merchant)
    answer = post(browser, "/labels/", **{f"copies-{wrong.pk}": "1"})
    assert answer.status_code == 422
    assert "Ы-1" in answer.content.decode()


def test_a_foreign_sku_is_not_printed(merchant):
    foreign = sku(make.merchant(), "X-1", "4601234567893")
    browser = make.client(role=Role.OWNER, merchant=merchant)
    assert post(browser, "/labels/", **{f"copies-{foreign.pk}": "1"}).status_code == 422
    assert "X-1" not in browser.get(f"/labels/?sku={foreign.pk}").content.decode()


@pytest.mark.parametrize("search", ["M-1", "m-", "4601234567893", "Кружка"])
def test_goods_are_found_by_article_barcode_and_name(merchant, search):
    sku(merchant, "M-1", "4601234567893")
    sku(merchant, "Z-9", name="Ложка")
    page = make.client(role=Role.OWNER, merchant=merchant).get("/labels/", {"q": search}).content.decode()
    assert "M-1" in page
    assert "Z-9" not in page


def test_cells_get_their_address_and_barcode(merchant):
    place = labels_make.warehouse(merchant)
    for code in ("A-01-01", "A-01-02", "B-01-01"):
        Location.objects.create(warehouse=place, code=code)
    browser = make.client(role=Role.LEAD, merchant=merchant)
    answer = post(browser, "/labels/cells/", warehouse=place.pk, begins="A-", copies="1")
    assert [raster.texts(image) for image in raster.pages(answer.content)] == [{"A-01-01"}, {"A-01-02"}]


def stickers_of(stream):
    return [zebra.decoded(one + b"^XZ\n") for one in stream.split(b"^XZ\n") if one]


def test_goods_and_cells_come_as_zpl_for_a_label_printer(merchant):
    mug, place = sku(merchant, "M-1", "4601234567893"), labels_make.warehouse(merchant)
    Location.objects.create(warehouse=place, code="A-01-01")
    browser = make.client(role=Role.LEAD, merchant=merchant)
    goods = post(browser, "/labels/", language="zpl", **{f"copies-{mug.pk}": "2"})
    assert goods["Content-Disposition"] == 'attachment; filename="stickers.zpl"'
    assert stickers_of(goods.content) == ["4601234567893", "4601234567893"]
    cells = post(browser, "/labels/cells/", language="zpl", warehouse=place.pk, copies="1", form="58x60", dpi="300")
    assert stickers_of(cells.content) == ["A-01-01"]
    assert b"^PW686^LL709" in cells.content


def test_a_job_writes_zpl_too(merchant):
    mug = sku(merchant, "M-1", "4601234567893")
    done = run(merchant, job(merchant, Wanted(form="58x40", skus=[(mug.pk, 3)], language="zpl")))
    assert (done.result_name, stickers_of(result(done))) == ("stickers.zpl", ["4601234567893"] * 3)


@pytest.mark.parametrize("wrong", [{"form": "a4-3474", "language": "zpl"}, {"language": "epl"}])
def test_a_sheet_is_never_zpl(merchant, wrong):
    mug = sku(merchant, "M-1", "4601234567893")
    browser = make.client(role=Role.LEAD, merchant=merchant)
    assert post(browser, "/labels/", **{f"copies-{mug.pk}": "1"}, **wrong).status_code == 422


def test_cells_of_a_warehouse_where_nothing_of_ours_is_served_are_refused(merchant):
    foreign = labels_make.warehouse(make.merchant())
    Location.objects.create(warehouse=foreign, code="A-01-01")
    browser = make.client(role=Role.LEAD, merchant=merchant)
    assert post(browser, "/labels/cells/", warehouse=foreign.pk, copies="1").status_code == 422


def test_a_job_draws_all_and_names_what_it_could_not(merchant):
    good, wrong = sku(merchant, "M-1", "4601234567893"), sku(merchant, "Ы-1")
    wanted = Wanted(form="58x40", skus=[(good.pk, 3), (wrong.pk, 1), (good.pk, 1)])
    done = run(merchant, job(merchant, wanted))
    assert done.state in (JobState.DONE, "done_with_errors")
    assert [(error["row"]) for error in done.errors] == [4]
    assert [raster.texts(image) for image in raster.pages(result(done))] == [{"4601234567893"}] * 4


def test_a_large_job_comes_in_parts(merchant, monkeypatch):
    monkeypatch.setattr(render, "PART_STICKERS", 3)
    monkeypatch.setattr(render.draw_parts, "__kwdefaults__", {**render.draw_parts.__kwdefaults__, "size": 3})
    good = sku(merchant, "M-1", "4601234567893")
    done = run(merchant, job(merchant, Wanted(form="58x40", skus=[(good.pk, 7)])))
    assert done.result_name == "stickers.zip"
    with zipfile.ZipFile(BytesIO(result(done))) as archive:
        counts = {name: len(raster.media_boxes(archive.read(name))) for name in archive.namelist()}
    assert counts == {"stickers-01.pdf": 3, "stickers-02.pdf": 3, "stickers-03.pdf": 1}


def test_a_job_that_is_asked_to_stop_leaves_no_file(merchant):
    good = sku(merchant, "M-1", "4601234567893")
    started = job(merchant, Wanted(form="58x40", skus=[(good.pk, 50)]))
    with scope([merchant.pk]):
        Job.objects.filter(pk=started.pk).update(cancel_requested=True)
    done = run(merchant, started)
    assert (done.state, done.result_file) == (JobState.CANCELLED, "")


def test_more_than_one_job_makes_is_refused():
    with pytest.raises(TooMany):
        Wanted(form="58x40", skus=[(1, sheet.MOST_STICKERS + 1)]).check()


@pytest.mark.parametrize(("amount", "shown"), [("1290.00", "1 290 ₽"), ("99.90", "99,90 ₽")])
def test_the_chosen_price_stands_on_the_sticker(merchant, amount, shown):
    mug = sku(merchant, "M-1", "4601234567893")
    with scope([merchant.pk]):
        retail = PriceType.objects.create(merchant=merchant, name="Retail")
        Price.objects.create(merchant=merchant, price_type=retail, sku=mug, amount=amount)
    wanted = Wanted(form="58x40", skus=[(mug.pk, 1)], price_type_id=retail.pk)
    (sticker,) = sheet._stickers(wanted, merchants=frozenset([merchant.pk]))
    assert (sticker.price, sticker.name, sticker.barcode) == (shown, "Кружка синяя", "4601234567893")


def test_a_price_type_of_another_merchant_is_no_choice(merchant):
    other = make.merchant()
    with scope([other.pk]):
        foreign = PriceType.objects.create(merchant=other, name="Secret")
    mug = sku(merchant, "M-1", "4601234567893")
    browser = make.client(role=Role.OWNER, merchant=merchant)
    assert "Secret" not in browser.get("/labels/").content.decode()
    answer = post(browser, "/labels/", **{f"copies-{mug.pk}": "1", "price_type": foreign.pk})
    assert answer.status_code == 422

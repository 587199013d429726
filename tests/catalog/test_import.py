"""A file from upload to catalog: what was previewed is what is written, all of it or nothing."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from backoffice.kernel import events as bus
from catalog import tasks
from catalog.events import ArchiveChanged
from catalog.models import Barcode, Category, ImportRow, Price, PriceType, Product, ProductImport, ProductVat, Sku
from catalog.selectors import goods_file
from catalog.selectors.product import ProductsAsked
from catalog.services import product
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.catalog import files
from tests.trade import NOON, Trade
from workspace.models import Job
from workspace.services import jobs

HEAD = ["Артикул", "Название", "Основной артикул", "Вариант", "Категория", "Бренд", "Штрихкод", "Вес, г", "НДС"]
GOOD = [
    ["mug", "Кружка", "", "синяя", "Дом / Кухня", "Север", "4006381333931", "350", "22"],
    ["mug-red", "Кружка", "mug", "красная", "Дом / Кухня", "Север", "73513537 X-1", "350", "22"],
    ["fork", "Вилка", "", "", "Дом", "", "", "", ""],
]


@pytest.fixture
def run_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run where they are asked for; their transactions are the test's."""
    for name in ("check_import", "apply_import"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay_on_commit", lambda task=task, **kwargs: task(**kwargs))


def upload(client: Client, rows: list[list[str]], *, name: str = "goods.csv", content: bytes = b"") -> Any:
    file = SimpleUploadedFile(name, content or files.csv(rows))
    return client.post(reverse("catalog:import"), {"file": file})


def checked(client: Client, rows: list[list[str]], **more: Any) -> ProductImport:
    answer = upload(client, rows, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    batch = ProductImport.objects.latest("pk")
    data = {f"column-{number}": field for number, field in enumerate(batch.mapping)}
    assert client.post(reverse("catalog:import-check", args=[batch.pk]), data).status_code == 302
    batch.refresh_from_db()
    return batch


def applied(client: Client, batch: ProductImport) -> ProductImport:
    assert client.post(reverse("catalog:import-apply", args=[batch.pk])).status_code == 302
    batch.refresh_from_db()
    return batch


def counts(**given: int) -> dict[str, int]:
    return {"new": 0, "changed": 0, "unchanged": 0, "wrong": 0, **given}


pytestmark = pytest.mark.usefixtures("run_jobs")


def test_new_products_with_variants_categories_barcodes_and_rates(trade: Trade, owner: Client) -> None:
    batch = checked(owner, [HEAD, *GOOD])
    assert (batch.state, batch.counts) == ("checked", counts(new=3))
    assert Sku.objects.count() == 0
    preview = owner.get(reverse("catalog:import-batch", args=[batch.pk]))
    assert [row.article for row in preview.context["rows"].rows] == ["mug", "mug-red", "fork"]
    assert applied(owner, batch).state == "applied"
    mug, red, fork = (Sku.objects.get(code=code) for code in ("mug", "mug-red", "fork"))
    assert mug.product_id == red.product_id != fork.product_id
    assert (red.variant, red.weight_g, red.product.name, red.product.brand) == ("красная", 350, "Кружка", "Север")
    assert list(Barcode.objects.values_list("sku__code", "value", "kind")) == [
        ("mug", "4006381333931", "ean13"),
        ("mug-red", "73513537", "ean8"),
        ("mug-red", "X-1", "code128"),
    ]
    assert mug.product.category is not None
    assert mug.product.category.parent == fork.product.category == Category.objects.get(name="Дом")
    assert list(ProductVat.objects.values_list("product_id", "vat_code")) == [(mug.product_id, "22")]
    assert owner.get(reverse("catalog:products"), {"q": "круж"}).context["page"].rows[0].sku == mug


def test_what_a_file_archives_is_told(trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    mug, fork = trade.sku("mug"), trade.sku("fork")
    told: list[Any] = []
    monkeypatch.setitem(bus._subscribers, ArchiveChanged, [told.append])
    rows = [["Артикул", "В архиве"], ["mug", "да"], ["fork", "нет"]]
    applied(owner, checked(owner, rows))
    assert [fact.sku_ids for fact in told] == [frozenset({mug.pk})]
    assert list(Sku.objects.order_by("pk").values_list("pk", "archived")) == [(mug.pk, True), (fork.pk, False)]


def test_work_whose_worker_died_before_it_could_say_so_is_not_done_again(trade: Trade, owner: Client) -> None:
    batch = applied(owner, checked(owner, [HEAD, *GOOD]))
    rows = list(ImportRow.objects.order_by("pk").values_list("pk", flat=True))
    check, apply = Job.objects.order_by("pk")
    Job.objects.update(state="running", leased_until=NOON - timedelta(days=365), outcome="")
    tasks.check_import(job_id=check.pk, merchant_ids=[trade.merchant.pk])
    tasks.apply_import(job_id=apply.pk, merchant_ids=[trade.merchant.pk])
    assert list(Job.objects.order_by("pk").values_list("state", "error_count")) == [("done", 0)] * 2
    assert Job.objects.get(pk=apply.pk).outcome == batch.outcome != ""
    assert list(ImportRow.objects.order_by("pk").values_list("pk", flat=True)) == rows
    assert (ProductImport.objects.get(pk=batch.pk).state, Sku.objects.count()) == ("applied", 3)


def test_the_same_file_again_changes_nothing(trade: Trade, owner: Client) -> None:
    applied(owner, checked(owner, [HEAD, *GOOD]))
    before = list(Sku.objects.values()), list(Product.objects.values())
    batch = checked(owner, [HEAD, *GOOD])
    assert batch.counts == counts(unchanged=3)
    applied(owner, batch)
    assert (list(Sku.objects.values()), list(Product.objects.values())) == before
    assert (Barcode.objects.count(), ProductVat.objects.count(), Category.objects.count()) == (3, 1, 2)


def test_the_export_imports_back_unchanged(trade: Trade, owner: Client, settings: Any) -> None:
    applied(owner, checked(owner, [HEAD, *GOOD]))
    Sku.objects.filter(code="fork").update(cost=Decimal("12.3400"), min_price=20, is_marked=True, archived=True)
    Product.objects.filter(skus__code="fork").update(archived=True, description="  строка\nещё  ".strip())
    rows = goods_file.rows(ProductsAsked(archived="all"), sees_cost=True, today=NOON.date())
    content = files.xlsx([[str(title) for title, _width in goods_file.COLUMNS], *rows])
    batch = checked(owner, [], name="goods.xlsx", content=content)
    assert batch.counts == counts(unchanged=3)


def test_only_what_differs_is_changed(trade: Trade, owner: Client) -> None:
    applied(owner, checked(owner, [HEAD, *GOOD]))
    batch = checked(
        owner, [["Артикул", "Вес, г", "Штрихкод", "Бренд"], ["MUG", "400", "NEW-1", ""], ["fork", "", "", ""]]
    )
    assert batch.counts == counts(changed=1, unchanged=1)
    assert ImportRow.objects.get(batch=batch, verdict="changed").changes == [
        ["barcodes", "", "NEW-1"],
        ["weight_g", "350", "400"],
    ]
    applied(owner, batch)
    mug = Sku.objects.get(code="mug")
    assert (mug.weight_g, mug.product.brand) == (400, "Север")
    assert sorted(mug.barcodes.values_list("value", flat=True)) == ["4006381333931", "NEW-1"]


def test_prices_and_attributes_come_along_and_prices_are_told(
    trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    retail = PriceType.objects.create(merchant=trade.merchant, name="Розница")
    trade.sku("mug")
    seen: list[Any] = []
    monkeypatch.setattr("backoffice.kernel.events.publish", seen.append)
    rows = [["Артикул", "Цена: Розница", "Свойство: Цвет"], ["mug", "199,9", "синий"]]
    applied(owner, checked(owner, rows))
    assert list(Price.objects.values_list("price_type", "amount")) == [(retail.pk, Decimal("199.90"))]
    assert Product.objects.get(skus__code="mug").attributes == {"Цвет": "синий"}
    assert [(type(fact).__name__, len(fact.sku_ids)) for fact in seen] == [("PriceChanged", 1)]
    assert checked(owner, rows).counts == counts(unchanged=1)


def test_a_price_list_with_a_title_and_percentages_is_read_by_its_rows(trade: Trade, owner: Client) -> None:
    title = [["Прайс-лист ООО «Пример»"], [""]]
    rows = [
        *title,
        HEAD,
        ["mug", "Кружка", "", "", "", "", "", "", "0.22"],
        ["", "Без артикула", "", "", "", "", "", "", ""],
    ]
    batch = checked(owner, rows)
    assert (batch.headings, batch.counts) == (HEAD, counts(new=1, wrong=1))
    assert [row.number for row in ImportRow.objects.order_by("number")] == [4, 5]
    applied(owner, batch)
    assert list(ProductVat.objects.values_list("vat_code")) == [("22",)]


def test_a_file_of_which_all_rows_are_wrong_is_not_called_good(trade: Trade, owner: Client) -> None:
    batch = checked(owner, [HEAD, ["", "Без артикула", "", "", "", "", "", "", ""]])
    page = owner.get(reverse("catalog:import-batch", args=[batch.pk])).content.decode()
    assert "Строки с ошибками остаются в стороне" in page


def test_wrong_rows_stay_out_with_their_reasons(trade: Trade, owner: Client) -> None:
    trade.sku("known")
    other = trade.sku("other")
    product.set_barcodes(sku=other, values=["4006381333931"])
    rows = [
        HEAD,
        ["ok", "Хорошая", "", "", "", "", "", "", ""],
        ["ok", "Повтор", "", "", "", "", "", "", ""],
        ["", "Без артикула", "", "", "", "", "", "", ""],
        ["nameless", "", "", "", "", "", "", "", ""],
        ["taken", "Занят", "", "", "", "", "4006381333931", "", ""],
        ["code1", "Раз", "", "", "", "", "73513537", "", ""],
        ["code2", "Два", "", "", "", "", "73513537", "", ""],
        ["heavy", "Вес", "", "", "", "", "", "1e400", ""],
        ["digit", "Цифра", "", "", "", "", "4006381333932", "", ""],
        ["vat", "НДС", "", "", "", "", "", "", "19"],
        ["known", "", "other", "", "", "", "", "", ""],
        ["v1", "Один", "grp", "", "", "", "", "", ""],
        ["v2", "Другой", "grp", "", "", "", "", "", ""],
        ["f", "=HYPERLINK(1)", "", "", "", "", "", "", ""],
    ]
    batch = checked(owner, rows)
    assert batch.counts == counts(new=3, wrong=11)
    wrong = {row.number: [where for where, _text in row.problems] for row in ImportRow.objects.filter(verdict="wrong")}
    assert wrong == {
        3: ["article"],
        4: ["article"],
        5: ["name"],
        6: ["barcodes"],
        8: ["barcodes"],
        9: ["weight_g"],
        10: ["barcodes"],
        11: ["vat"],
        12: ["main"],
        14: ["name"],
        15: ["name"],
    }
    assert "other" in ImportRow.objects.get(number=6).problems[0][1]
    assert ImportRow.objects.get(number=11).problems[0][1].endswith("19. Есть 0%, 5%, 7%, 10%, 22% и «без НДС».")
    sheet = load_workbook(io.BytesIO(owner.get(reverse("catalog:import-errors", args=[batch.pk])).content)).worksheets[
        0
    ]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == sorted(wrong)
    applied(owner, batch)
    assert sorted(Sku.objects.values_list("code", flat=True)) == ["code1", "known", "ok", "other", "v1"]


def test_nothing_is_written_when_the_catalog_has_changed_since_the_preview(trade: Trade, owner: Client) -> None:
    trade.sku("mug", weight_g=1)
    batch = checked(owner, [["Артикул", "Название", "Вес, г"], ["mug", "", "5"], ["new", "Новый", "7"]])
    Sku.objects.filter(code="mug").update(weight_g=3)
    assert applied(owner, batch).state == "failed"
    assert list(Sku.objects.values_list("code", "weight_g")) == [("mug", 3)]
    assert [error["row"] for error in Job.objects.latest("pk").errors] == [2]
    page = owner.get(reverse("catalog:import-batch", args=[batch.pk]))
    assert [error["row"] for error in page.context["problems"]] == [2]
    owner.post(reverse("catalog:import-change", args=[batch.pk]), {"to": "columns"})
    batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_a_failure_in_the_middle_leaves_nothing(trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = checked(owner, [HEAD, *GOOD])
    monkeypatch.setattr("catalog.services.intake_apply._REPRICED", "SELECT 1/0")
    job = jobs.start(
        merchant_ids=[trade.merchant.pk],
        author_id=None,
        kind="x",
        title="x",
        task="x",
        now=NOON,
        params={"import": batch.pk},
    )
    ProductImport.objects.filter(pk=batch.pk).update(state="applying", job_id=job.pk)
    tasks.apply_import(job_id=job.pk, merchant_ids=[trade.merchant.pk])
    batch.refresh_from_db()
    assert (batch.state, Job.objects.get(pk=job.pk).state) == ("checked", "failed")
    assert (Sku.objects.count(), Product.objects.count(), Category.objects.count()) == (0, 0, 0)


def test_a_stopped_job_leaves_nothing_and_may_be_repeated(
    trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = checked(owner, [HEAD, *GOOD])
    real = jobs.Run.progress

    def stop(run: jobs.Run, done: int, total: int | None = None) -> None:
        Job.objects.filter(pk=run.job.pk).update(cancel_requested=True)
        run.stop_if_cancelled()

    monkeypatch.setattr(jobs.Run, "progress", stop)
    assert applied(owner, batch).state == "checked"
    assert (Sku.objects.count(), Job.objects.latest("pk").state) == (0, "cancelled")
    monkeypatch.setattr(jobs.Run, "progress", real)
    assert applied(owner, batch).state == "applied"
    assert Sku.objects.count() == 3


def test_a_second_press_writes_nothing_twice(trade: Trade, owner: Client) -> None:
    batch = applied(owner, checked(owner, [HEAD, *GOOD]))
    again = applied(owner, batch)
    assert (again.state, Job.objects.filter(kind="catalog.import.applying").count()) == ("applied", 1)
    owner.post(reverse("catalog:import-change", args=[batch.pk]), {"to": "cancel"})
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_a_cancelled_import_cannot_be_applied(trade: Trade, owner: Client) -> None:
    batch = checked(owner, [HEAD, *GOOD])
    owner.post(reverse("catalog:import-change", args=[batch.pk]), {"to": "cancel"})
    assert applied(owner, batch).state == "cancelled"
    assert Sku.objects.count() == 0


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"column-0": "", "column-1": "name"}, "артикул"),
        ({"column-0": "article", "column-1": "article"}, "уже"),
        ({"column-0": "article", "column-1": "nonsense"}, "nonsense"),
        ({"column-0": "weight_g", "column-1": "weight_kg"}, "уже"),
    ],
)
def test_a_wrong_choice_of_columns_is_explained(
    trade: Trade, owner: Client, mapping: dict[str, str], word: str
) -> None:
    upload(owner, [["Артикул", "Название"], ["a", "b"]])
    batch = ProductImport.objects.get()
    answer = owner.post(reverse("catalog:import-check", args=[batch.pk]), mapping)
    assert answer.status_code == 422
    assert word in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", b"%PDF-1.4", "XLSX"),
        ("a.xlsx", b"PK\x03\x04", "повреждён"),
        ("a.csv", b"\n;;\n", "заголовк"),
        ("a.csv", "Артикул".encode(), "строк"),
        ("a.csv", b"", "пуст"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    trade: Trade, owner: Client, name: str, content: bytes, word: str
) -> None:
    answer = owner.post(reverse("catalog:import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert word in str(answer.context["form"].errors["file"])
    assert ProductImport.objects.count() == 0


def test_cost_is_not_taken_from_who_may_not_see_it(trade: Trade, owner: Client) -> None:
    rows = [["Артикул", "Название", "Себестоимость"], ["a", "A", "5"]]
    batch = checked(owner, rows)
    assert batch.mapping == ["article", "name", "cost"]
    viewer = make.client(role=Role.VIEWER, merchant=trade.merchant)
    assert viewer.get(reverse("catalog:import-batch", args=[batch.pk])).status_code == 403


def test_the_template_says_of_itself_what_it_means(trade: Trade, owner: Client) -> None:
    content = owner.get(reverse("catalog:import-template")).content
    batch = checked(owner, [], name="t.xlsx", content=content)
    assert "" not in batch.mapping
    assert batch.counts == counts(new=2)
    applied(owner, batch)
    assert Product.objects.get().skus.count() == 2


def test_queries_do_not_grow_with_rows(trade: Trade, owner: Client, django_assert_max_num_queries: Any) -> None:
    seen = []
    for size in (5, 400):
        rows = [HEAD, *([f"s{size}-{number}", "Товар", "", "", "", "", "", "", ""] for number in range(size))]
        with django_assert_max_num_queries(150) as asked:
            applied(owner, checked(owner, rows))
        seen.append(len(asked.captured_queries))
    assert seen[1] <= seen[0] + 5


def test_another_merchants_articles_do_not_matter(db: None) -> None:
    from tests.trade import open_trade

    mine, other = open_trade(), open_trade()
    with other.scope():
        product.set_barcodes(sku=other.sku("mug"), values=["4006381333931"])
    client = make.client(role=Role.OWNER, merchant=mine.merchant)
    with scope([mine.merchant.pk]):
        batch = checked(client, [HEAD, *GOOD])
        assert batch.counts == counts(new=3)
        assert applied(client, batch).state == "applied"

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict
from django.urls import reverse

from merchants.models import LegalEntity, Merchant
from merchants.roles import Action, Role
from merchants.scope import scope
from tests import make
from workspace import tasks
from workspace.models import Job
from workspace.services import export
from workspace.services.csv_file import write_csv
from workspace.types import Export

pytestmark = pytest.mark.django_db


def entities(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[object]]:
    wanted = LegalEntity.objects.filter(name__contains=query.get("q", "")).order_by("name")
    for entity in wanted.iterator():
        yield entity.name, entity.inn, entity.merchant_id


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_exports", {})
    columns = [("Name", 30), ("INN", 14), ("Merchant", 10)]
    export.register_export(Export("entities", "Entities", Action.PRICES_EDIT, columns, entities))


@pytest.fixture
def kicked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    kicks: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.run_export, "delay_on_commit", lambda **ids: kicks.append(ids))
    return kicks


def workbook(job: Job) -> list[tuple[object, ...]]:
    with scope(job.merchant_ids):
        job.refresh_from_db()
    with default_storage.open(job.result_file) as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_a_list_is_taken_out_as_it_is_filtered(registered: None, kicked: list[dict[str, Any]]) -> None:
    mine, other = make.merchant(), make.merchant()
    for merchant, name, kpp in ((mine, "Apple", "1"), (mine, "Pear", "2"), (other, "Foreign apple", "3")):
        make.legal_entity(merchant, name=name, kpp=kpp)
    manager = make.person(role=Role.MANAGER, merchant=mine)
    answer = make.client(manager).post(reverse("workspace:export"), {"list": "entities", "query": "q=pp"})
    assert kicked == [{"job_id": kicked[0]["job_id"], "merchant_ids": [mine.pk]}]
    assert answer["Location"] == reverse("workspace:job", kwargs={"pk": kicked[0]["job_id"]})
    tasks.run_export(**kicked[0])
    with scope([mine.pk]):
        job = Job.objects.get()
    assert workbook(job) == [("Name", "INN", "Merchant"), ("Apple", "7707083893", mine.pk)]
    assert (job.state, job.done, job.total, job.author_id) == ("done", 1, 1, manager.pk)
    assert job.result_name.startswith("entities-")


def test_the_right_to_the_list_decides_whose_rows_go_out(registered: None, kicked: list[dict[str, Any]]) -> None:
    mine, other = make.merchant(), make.merchant()
    person = make.person(role=Role.MANAGER, merchant=mine)
    person.memberships.create(merchant=other, role=Role.VIEWER)
    make.client(person).post(reverse("workspace:export"), {"list": "entities", "query": ""})
    assert kicked[0]["merchant_ids"] == [mine.pk]
    viewer = make.client(role=Role.VIEWER, merchant=other)
    assert viewer.post(reverse("workspace:export"), {"list": "entities", "query": ""}).status_code == 403
    assert len(kicked) == 1


@pytest.mark.parametrize("form", [{}, {"list": "none-such"}, {"list": "entities\0"}, {"list": "x" * 5000}])
def test_an_unknown_list_is_a_message(registered: None, kicked: list[dict[str, Any]], form: dict[str, str]) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    page = browser.post(reverse("workspace:export"), form, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert kicked == []


def test_the_same_list_is_a_csv_file_that_runs_no_formula(registered: None, kicked: list[dict[str, Any]]) -> None:
    mine = make.merchant()
    make.legal_entity(mine, name="=cmd|calc; «Мёд»")
    browser = make.client(role=Role.OWNER, merchant=mine)
    browser.post(reverse("workspace:export"), {"list": "entities", "query": "", "shape": "csv"})
    tasks.run_export(**kicked[0])
    with scope([mine.pk]):
        job = Job.objects.get()
    assert (job.state, job.done, job.result_name[-4:]) == ("done", 1, ".csv")
    with default_storage.open(job.result_file) as file:
        assert file.read().decode("utf-8-sig").splitlines() == [
            "Name;INN;Merchant",
            f'"\'=cmd|calc; «Мёд»";7707083893;{mine.pk}',
        ]


def test_cells_of_a_csv_file_are_written_as_a_russian_spreadsheet_reads_them() -> None:
    file = io.BytesIO()
    row = [
        Decimal("-1234.50"),
        None,
        True,
        date(2026, 11, 24),
        datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "-1",
        "00123",
    ]
    assert write_csv(file, columns=[("A", 10)], rows=iter([row])) == 1
    assert file.getvalue().decode("utf-8-sig") == "A\r\n-1234,50;;True;24.11.2026;24.11.2026 12:30;'-1;00123\r\n"


def cells(*rows: Sequence[object]) -> list[tuple[object, ...]]:
    file = io.BytesIO()
    export.write_xlsx(file, columns=[("A", 10)], rows=iter(rows))
    return list(
        openpyxl.load_workbook(io.BytesIO(file.getvalue())).worksheets[0].iter_rows(min_row=2, values_only=True)
    )


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("=1+1", "=1+1"),
        ("http://example.ru", "http://example.ru"),
        ("00123", "00123"),
        ("a\x00b\x0bc", "abc"),
        ("x" * 40_000, "x" * 32_767),
        (True, "True"),
        (7, 7),
        (Decimal("1234.56"), 1234.56),
        (9_999_999_999_999_999, "9999999999999999"),
        (date(2026, 11, 24), datetime(2026, 11, 24)),
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), datetime(2026, 11, 24, 12, 30)),
    ],
)
def test_a_cell_is_read_back_as_it_was(given: object, read: object) -> None:
    assert cells([given]) == [(read,)]


def test_no_cell_of_text_is_a_formula() -> None:
    file = io.BytesIO()
    export.write_xlsx(file, columns=[("A", 10)], rows=iter([["=HYPERLINK(1)"]]))
    assert openpyxl.load_workbook(io.BytesIO(file.getvalue())).worksheets[0]["A2"].data_type == "s"


def test_an_empty_list_is_a_sheet_with_heads() -> None:
    file = io.BytesIO()
    assert export.write_xlsx(file, columns=[("A", 10)], rows=iter([])) == 0
    assert openpyxl.load_workbook(io.BytesIO(file.getvalue())).worksheets[0]["A1"].value == "A"


def test_more_rows_than_a_sheet_holds_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "ROWS_OF_SHEET", 2)
    file = io.BytesIO()
    assert export.write_xlsx(file, columns=[("A", 10)], rows=iter([[n] for n in range(5)])) == 5
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    assert [[row[0].value for row in sheet.iter_rows(min_row=2)] for sheet in book.worksheets] == [[0, 1], [2, 3], [4]]


def test_a_merchant_without_rows_is_no_leak(registered: None, kicked: list[dict[str, Any]]) -> None:
    mine: Merchant = make.merchant()
    make.legal_entity(make.merchant(), name="Foreign")
    browser = make.client(role=Role.OWNER, merchant=mine)
    browser.post(reverse("workspace:export"), {"list": "entities", "query": ""})
    tasks.run_export(**kicked[0])
    with scope([mine.pk]):
        assert workbook(Job.objects.get()) == [("Name", "INN", "Merchant")]


def test_the_audit_log_is_taken_out_over_all_its_pages(
    kicked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workspace.services.audit_export.BATCH", 2)
    mine = make.merchant()
    for number in range(5):
        make.legal_entity(mine, name=f"Entity {number}", kpp=f"77070100{number}")
    browser = make.client(role=Role.OWNER, merchant=mine)
    browser.post(reverse("workspace:export"), {"list": "audit", "query": "subject=merchants_legalentity"})
    tasks.run_export(**kicked[0])
    with scope([mine.pk]):
        rows = workbook(Job.objects.get())
    assert len(rows) == 6
    assert "Entity 0" in str(rows[-1][-1])

"""Stickers of many orders at once: in the order of the list, each under the same rules as alone."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from labels import tasks
from labels.models import LabelFile, PrintItem
from merchants.models import Merchant
from merchants.roles import Role
from tests import make
from tests.labels import make as labels_make
from workspace.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/labels/orders/"


@pytest.fixture
def merchant() -> Merchant:
    return make.merchant()


@pytest.fixture
def lead(merchant: Merchant) -> Client:
    return make.client(role=Role.LEAD, merchant=merchant)


def picture(grey: int) -> bytes:
    """A sticker that can be told from others by its grey."""
    out = BytesIO()
    Image.new("L", (580, 400), grey).save(out, "PNG")
    return out.getvalue()


def greys(content: bytes) -> list[int]:
    """Of the first picture of each page."""
    with pikepdf.open(BytesIO(content)) as file:
        found: list[Any] = []
        for page in file.pages:
            forms: list[Any] = list(page.resources.XObject.values())
            images = [one for one in forms if one.Subtype == "/Image"]
            images += [inner for one in forms if one.Subtype == "/Form" for inner in one.Resources.XObject.values()]
            found.append(pikepdf.PdfImage(images[0]).as_pil_image().convert("L").getpixel((5, 5)))
        return found


def result(job: Job) -> bytes:
    with default_storage.open(job.result_file) as file:
        content: bytes = file.read()
        return content


def said(lead: Client) -> str:
    return lead.get("/orders/").content.decode()


def test_at_a_table_with_an_agent_they_are_queued_in_the_order_asked(merchant: Merchant, lead: Client) -> None:
    station = labels_make.agent_station(merchant)
    lead.cookies["station"] = str(station.pk)
    orders = [labels_make.labelled(merchant, f"N-{number}", content=picture(number)) for number in range(1, 4)]
    unpacked = labels_make.labelled(merchant, "N-4", state="picking", content=picture(4))
    bare = labels_make.order(merchant, "N-5")
    foreign = labels_make.labelled(make.merchant(), "N-6")
    wanted = [orders[2], unpacked, orders[0], bare, foreign, orders[1]]
    answer: Any = lead.post(URL, {"ids": [order.pk for order in wanted]})
    assert (answer.status_code, answer.url) == (302, "/labels/printer/")
    with make.within(merchant):
        rows = PrintItem.objects.order_by("pk").values_list("label__order__external_number", "state", "station")
        assert list(rows) == [(number, "queued", station.pk) for number in ("N-3", "N-1", "N-2")]
    page = said(lead)
    assert "N-4: " in page
    assert "N-5: " in page
    assert "N-6" not in page
    lead.post(URL, {"ids": [orders[0].pk]})  # pressed twice
    with make.within(merchant):
        assert PrintItem.objects.count() == 3


def test_without_an_agent_one_file_is_made_and_what_is_damaged_is_named(
    merchant: Merchant, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kicked: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.build_order_stickers, "delay_on_commit", lambda **how: kicked.append(how))
    orders = [labels_make.labelled(merchant, f"N-{n}", content=picture(40 * n)) for n in range(1, 5)]
    with make.within(merchant):
        label = LabelFile.objects.get(order=orders[1])
        label.file.storage.delete(str(label.file.name))
    answer: Any = lead.post(URL, {"ids": [order.pk for order in reversed(orders)]})
    with make.within(merchant):
        job = Job.objects.get()
        assert answer.url.endswith(f"/{job.pk}/")
        assert (job.queue, job.total) == ("pdf", 4)
        assert set(PrintItem.objects.values_list("state", flat=True)) == {"queued"}
    (how,) = kicked
    tasks.build_order_stickers(**how)
    with make.within(merchant):
        job.refresh_from_db()
        assert job.state == "done"
        assert greys(result(job)) == [160, 120, 40]
        states = PrintItem.objects.order_by("pk").values_list("label__order__external_number", "state")
        assert list(states) == [("N-4", "sent"), ("N-3", "sent"), ("N-2", "failed"), ("N-1", "sent")]
        assert [(error["row"], error["field"]) for error in job.errors] == [(3, "N-2")]


def test_nothing_chosen_is_said(lead: Client) -> None:
    assert lead.post(URL, {"ids": ["x", ""]}).status_code == 302
    assert not Job.objects.exists()
    assert "Выберите заказы" in said(lead)

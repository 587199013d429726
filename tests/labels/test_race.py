"""Two tables ask for one sticker at the same moment: one gets it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from labels.errors import AlreadyPrinted
from labels.models import PrintItem
from labels.services import printing
from merchants.scope import scope
from tests import make
from tests.labels import make as labels_make

TABLES = 6


@pytest.mark.django_db(transaction=True)
def test_one_of_several_tables_prints_the_sticker():
    merchant = make.merchant()
    order = labels_make.labelled(merchant)
    people = [make.person().pk for _table in range(TABLES)]
    start = Barrier(TABLES)

    def ask(person_id: int) -> str:
        try:
            start.wait(10)
            with scope([merchant.pk]):
                printing.print_order_label(order_id=order.pk, person_id=person_id, now=timezone.now())
        except AlreadyPrinted:
            return "refused"
        finally:
            connection.close()
        return "printed"

    with ThreadPoolExecutor(TABLES) as tables:
        outcomes = sorted(tables.map(ask, people))
    assert outcomes == ["printed", *["refused"] * (TABLES - 1)]
    with scope([merchant.pk]):
        assert PrintItem.objects.count() == 1

"""What all tests of a module look at and none may change: made once, in a transaction around them."""

from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The transaction, for fixtures of a module that fill the database; what a test writes is undone inside it."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)

"""The audit log as a file: its app lies below this one and knows no exports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from merchants.roles import Action
from merchants.selectors.audit import audit_page, audit_query
from workspace.types import Cell, Export

BATCH = 1000


def audit_rows(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    wanted = replace(audit_query(query), after=None)
    while True:
        page = audit_page(merchant_ids=merchants, installation=False, wanted=wanted, size=BATCH)
        for row in page.rows:
            changed = "; ".join(f"{one.name}: {one.before} → {one.after}" for one in row.fields)
            yield row.at, row.who, row.change, row.subject, row.object_id, row.merchant, changed
        if not page.next_key:
            return
        wanted = replace(wanted, after=int(page.next_key))


AUDIT = Export(
    "audit",
    _("Audit log"),
    Action.AUDIT_VIEW,
    [
        (_("When"), 18),
        (_("Who"), 28),
        (_("Change"), 12),
        (_("What"), 24),
        (_("Number"), 10),
        (_("Merchant"), 28),
        (_("What changed"), 80),
    ],
    audit_rows,
)

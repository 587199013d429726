"""For which merchants a person works here, and what they may see there."""

from merchants.roles import Action
from merchants.types import Held, Request


def held(request: Request) -> list[Held]:
    """Merchants in which the person may do what the view does, by name."""
    return sorted(
        (row for row in request.access.held if row.merchant_id in request.scope_merchants), key=lambda row: row.name
    )


def sees_cost(request: Request, merchant_id: int | None = None) -> bool:
    """Whether the person may see costs of this merchant, or of every merchant of the page."""
    allowed = request.access.merchants_for(Action.CATALOG_COST) or frozenset()
    return request.scope_merchants <= allowed if merchant_id is None else merchant_id in allowed

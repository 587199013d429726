"""
The matrix role × action, as data, and the marks that a view carries.

`docs/roles.md` is made from this file by `run.py manage roles_doc`.  A view says what it does with `@needs(Action.X)`;
the middleware works out for which merchants the person may do that.  A view with no mark is refused.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

Marked = TypeVar("Marked", bound=Callable[..., Any])


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    LEAD = "lead", _("warehouse lead")
    PICKER = "picker", _("picker")
    ACCOUNTANT = "accountant", _("accountant")
    VIEWER = "viewer", _("viewer")


class Action(StrEnum):
    """What can be done.  The part before the dot is the subject; templates ask `'orders.cancel' in can`."""

    ACCOUNT_OWN = "account.own"  # one's own profile, password, second factor, choice of merchant
    TODAY_VIEW = "today.view"
    WORKSPACE_USE = "workspace.use"  # jobs, notices, saved views, exports of what may be seen

    ORDERS_VIEW = "orders.view"
    ORDERS_CREATE = "orders.create"
    ORDERS_EDIT = "orders.edit"
    ORDERS_COMMIT = "orders.commit"
    ORDERS_CANCEL = "orders.cancel"
    ORDERS_PICK = "orders.pick"
    ORDERS_BUYER = "orders.buyer"  # the buyer's personal data

    FLOOR_VIEW = "floor.view"
    FLOOR_WAVE = "floor.wave"
    FLOOR_PICK = "floor.pick"
    FLOOR_PUT_BACK = "floor.put_back"
    FLOOR_RECEIVE = "floor.receive"
    FLOOR_COUNT = "floor.count"
    FLOOR_DESK = "floor.desk"  # take returns in, give click & collect orders out

    SHIPPING_VIEW = "shipping.view"
    SHIPPING_EDIT = "shipping.edit"
    SHIPPING_CLOSE = "shipping.close"

    STOCK_VIEW = "stock.view"
    STOCK_RECEIVE = "stock.receive"
    STOCK_ADJUST = "stock.adjust"
    STOCK_RULES = "stock.rules"
    STOCK_CELLS = "stock.cells"

    CATALOG_VIEW = "catalog.view"
    CATALOG_EDIT = "catalog.edit"
    CATALOG_BARCODE = "catalog.barcode"  # let an unknown barcode mean an article, at receiving
    CATALOG_IMPORT = "catalog.import"
    CATALOG_COST = "catalog.cost"

    PRICES_VIEW = "prices.view"
    PRICES_EDIT = "prices.edit"

    CHANNELS_VIEW = "channels.view"
    CHANNELS_EDIT = "channels.edit"

    LABELS_PRINT = "labels.print"
    LABELS_SETUP = "labels.setup"

    SYNC_VIEW = "sync.view"
    SYNC_RETRY = "sync.retry"

    EXCHANGE_VIEW = "exchange.view"
    EXCHANGE_RUN = "exchange.run"  # replay, mass changes, matching
    EXCHANGE_EDIT = "exchange.edit"  # connections, their passwords and settings

    ANALYTICS_VIEW = "analytics.view"
    SETTLEMENTS_VIEW = "settlements.view"
    SETTLEMENTS_EDIT = "settlements.edit"

    PEOPLE_VIEW = "people.view"
    PEOPLE_EDIT = "people.edit"
    MERCHANTS_VIEW = "merchants.view"
    MERCHANTS_EDIT = "merchants.edit"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_EDIT = "settings.edit"
    AUDIT_VIEW = "audit.view"

    INSTALL_ADMIN = "install.admin"  # the installation itself: new merchants, operator staff, queues


A = Action
EVERYBODY = frozenset({A.ACCOUNT_OWN})  # any signed-in person, also one without a membership
INSTALLATION = frozenset({A.INSTALL_ADMIN})  # the administrator alone, also when there is no merchant yet

_SEE_GOODS = frozenset({A.WORKSPACE_USE, A.STOCK_VIEW, A.CATALOG_VIEW})
_SEE = _SEE_GOODS | {
    A.TODAY_VIEW,
    A.ORDERS_VIEW,
    A.FLOOR_VIEW,
    A.SHIPPING_VIEW,
    A.PRICES_VIEW,
    A.CHANNELS_VIEW,
    A.EXCHANGE_VIEW,
    A.ANALYTICS_VIEW,
    A.MERCHANTS_VIEW,
}
_SCAN = frozenset(
    {
        A.ORDERS_VIEW,
        A.ORDERS_PICK,
        A.FLOOR_VIEW,
        A.FLOOR_PICK,
        A.FLOOR_PUT_BACK,
        A.FLOOR_RECEIVE,
        A.FLOOR_COUNT,
        A.FLOOR_DESK,
        A.LABELS_PRINT,
    }
)
_LEAD = (
    _SCAN
    | _SEE_GOODS
    | {
        A.TODAY_VIEW,
        A.ORDERS_COMMIT,
        A.ORDERS_CANCEL,
        A.ORDERS_BUYER,
        A.FLOOR_WAVE,
        A.SHIPPING_VIEW,
        A.SHIPPING_EDIT,
        A.SHIPPING_CLOSE,
        A.STOCK_RECEIVE,
        A.STOCK_ADJUST,
        A.STOCK_CELLS,
        A.CATALOG_BARCODE,
        A.CHANNELS_VIEW,
        A.LABELS_SETUP,
        A.SYNC_VIEW,
        A.MERCHANTS_VIEW,
    }
)
_MANAGER = (
    _SEE
    | _LEAD
    | {
        A.ORDERS_CREATE,
        A.ORDERS_EDIT,
        A.STOCK_RULES,
        A.CATALOG_EDIT,
        A.CATALOG_IMPORT,
        A.CATALOG_COST,
        A.PRICES_EDIT,
        A.SYNC_RETRY,
        A.EXCHANGE_RUN,
        A.SETTINGS_VIEW,
        A.SETTLEMENTS_VIEW,
    }
)

# What a session opened by badge and PIN at a shared table may do, whatever the person's roles allow elsewhere.
STATION = _SCAN | {A.STOCK_VIEW, A.CATALOG_VIEW}

MATRIX: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action) - EVERYBODY - INSTALLATION,
    Role.MANAGER: _MANAGER,
    Role.LEAD: _LEAD,
    Role.PICKER: _SCAN | {A.STOCK_VIEW, A.CATALOG_VIEW},
    Role.ACCOUNTANT: _SEE | {A.CATALOG_COST, A.SETTLEMENTS_VIEW, A.SETTLEMENTS_EDIT, A.SETTINGS_VIEW, A.EXCHANGE_RUN},
    Role.VIEWER: _SEE,
}

# What the administrator may do in every merchant without a membership: keep it running and keep its people, not trade.
ADMINISTRATOR: frozenset[Action] = frozenset(
    {
        A.WORKSPACE_USE,
        A.CHANNELS_VIEW,
        A.SYNC_VIEW,
        A.SYNC_RETRY,
        A.EXCHANGE_VIEW,
        A.LABELS_SETUP,
        A.STOCK_CELLS,
        A.PEOPLE_VIEW,
        A.PEOPLE_EDIT,
        A.MERCHANTS_VIEW,
        A.MERCHANTS_EDIT,
        A.SETTINGS_VIEW,
        A.SETTINGS_EDIT,
        A.AUDIT_VIEW,
    }
)


def permits(roles: Iterable[str], *, administrator: bool) -> frozenset[Action]:
    """Every action that these roles of one merchant allow together."""
    allowed = ADMINISTRATOR if administrator else frozenset()
    for role in roles:
        allowed |= MATRIX[Role(role)]
    return allowed


def needs(action: Action, *, own_scopes: bool = False) -> Callable[[Marked], Marked]:
    """
    Mark a view (function, class, or one HTTP method of a class) with the action it performs.

    own_scopes: the view speaks to the network, so the middleware opens no transaction around it; the view reads
    `request.scope_merchants` and opens `merchants.scope.scope` itself around each piece of database work.
    """

    def mark(view: Marked) -> Marked:
        view.action = action  # type: ignore[attr-defined]
        view.own_scopes = own_scopes  # type: ignore[attr-defined]
        return view

    return mark


def public(view: Marked) -> Marked:
    """Mark a view that anybody may call, signed in or not.  It runs outside any scope and sees no merchant's rows."""
    view.public = True  # type: ignore[attr-defined]
    return view

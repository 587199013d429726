"""Adapters have one shape: whoever read one finds everything in another, and none can what it does not say."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from marketplaces import registry
from marketplaces.composed import Composed
from marketplaces.errors import Unsupported
from marketplaces.ports import Can, Marketplace
from tests.contract.everyone import CONTRACTS

PARTS = {"adapter", "build", "cards", "codes", "handover", "levels", "orders", "packing", "parse", "talk", "wire"}
# What only some have: a room of its own, under one name for all.
ROOMS = {Can.RETURNS: "returns", Can.NOTICES: "hook"}


def port() -> Iterator[tuple[str, Callable[..., object]]]:
    """What may be asked of a marketplace."""
    for name, asked in vars(Marketplace).items():
        if inspect.isfunction(asked) and not name.startswith("_"):
            yield name, asked


def needs(name: str, asked: Callable[..., object]) -> Can:
    """The capability that a question of the port asks for: an adapter without it names it."""

    class Nobody(Marketplace):
        code = "nobody"

    given = dict.fromkeys(list(inspect.signature(asked).parameters)[1:])
    with pytest.raises(Unsupported) as refusal:
        getattr(Nobody(), name)(**given)
    return Can(str(refusal.value).removeprefix("nobody cannot "))


# Verdicts on marks are told by some before a commit, by others after it.
NEEDS = {name: needs(name, asked) for name, asked in port() if name != "mark_verdicts"}


@pytest.mark.parametrize("code", registry.all_codes())
def test_what_an_adapter_answers_is_what_it_declares(code: str) -> None:
    adapter = registry.adapter_class(code)
    answered = {can for name, can in NEEDS.items() if getattr(adapter, name) is not getattr(Marketplace, name)}
    assert answered == adapter.can & set(NEEDS.values())


def test_the_port_asks_for_most_of_what_can_be_declared() -> None:
    boxes = {Can.SPLIT, Can.BOXES, Can.BOXES_ANEW, Can.CONTAINERS}
    ways = boxes | {Can.MARKS_BEFORE_COMMIT, Can.FEWER_AT_COMMIT, Can.FEED, Can.BY_HAND, Can.NOTICES}
    ways |= {Can.FEES, Can.RETURN_REASONS}
    assert set(Can) - set(NEEDS.values()) == ways


@pytest.mark.parametrize("code", CONTRACTS)
def test_every_adapter_has_the_same_parts(code: str) -> None:
    adapter = registry.adapter_class(code)
    package = import_module(f"marketplaces.adapters.{code}")
    assert {module.name for module in iter_modules(package.__path__)} >= PARTS
    assert issubclass(adapter, Composed)
    for part, module in {
        **{name: name for name in ("cards", "orders", "levels", "packing")},
        "handovers": "handover",
    }.items():
        kind = inspect.get_annotations(adapter)[part]
        assert (kind.__module__, kind.__name__) == (f"{package.__name__}.{module}", part.capitalize())


@pytest.mark.parametrize("code", CONTRACTS)
def test_what_only_some_have_stands_under_one_name(code: str) -> None:
    package = import_module(f"marketplaces.adapters.{code}")
    there = {module.name for module in iter_modules(package.__path__)} & set(ROOMS.values())
    assert there == {room for can, room in ROOMS.items() if can in registry.adapter_class(code).can}


@pytest.mark.parametrize("code", CONTRACTS)
def test_answers_stand_in_the_order_of_the_port(code: str) -> None:
    asked = [name for name, _ in port()]
    own = [name for name in vars(registry.adapter_class(code)) if name in asked]
    assert own == [name for name in asked if name in own]


def test_a_part_that_is_not_declared_is_refused() -> None:
    with pytest.raises(TypeError, match="handover, labels"):
        type("Half", (Composed,), {"can": Composed.EVERYBODY - {Can.HANDOVER, Can.LABELS}})

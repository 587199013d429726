"""The first steps of a merchant on the page "Today", until the last of them is taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplaces.selectors import first_steps
from merchants.roles import Action
from merchants.types import Request


@dataclass(frozen=True, slots=True)
class Step:
    """A step: where it is taken."""

    done: bool
    words: Promise
    url_name: str


_WORDS: Mapping[str, tuple[Promise, str]] = {
    "entity": (_("Add the legal entity: the merchant's page"), "merchants:merchants"),
    "channel": (_("Connect a seller cabinet with its key"), "marketplaces:connect"),
    "goods": (_("Import the goods from a table"), "catalog:import"),
    "cards": (_("Match the cards of the marketplace with your articles"), "catalog:unmatched"),
    "cells": (_("Make a warehouse and its cells"), "stock:cells"),
    "feeds": (_("Say which warehouse feeds the cabinet: without it no stock is published"), "stock:rules"),
    "received": (_("Receive the goods"), "stock:receive"),
}


def steps(request: Request) -> list[Step]:
    """All steps, for who may set up channels; empty once each has been taken."""
    if Action.CHANNELS_EDIT not in request.access.can:
        return []
    done = first_steps.done()
    return [] if all(done.values()) else [Step(done[name], *_WORDS[name]) for name in done]

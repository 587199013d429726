"""A marketplace as buyers and the tester see it; each marketplace has its own, `app` lists them."""

from collections.abc import Callable
from typing import Any, Protocol

from sandbox.goods import Good
from sandbox.sellers import Seller

Json = dict[str, Any]
Wanted = list[tuple[Good, int]]


class Stall(Protocol):
    """`code` is the path under which the marketplace answers; `title` what the page calls it."""

    code: str
    title: str

    def sells(self, seller: Seller) -> bool:
        """Whether the seller has ever offered anything here."""

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        """This function will give goods (all that are sold here) so many pieces in the first fitting warehouse."""

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        """
        This function will see whether an order can be placed, and give what places it: it answers the numbers.

        warehouse: None = the first where all of it is free; force: sell also what is not there.
        :raises LookupError: no warehouse has all of it, or the goods are not sold here
        """

    def come(self) -> None:
        """This function will let one buyer come, who buys if there is something in stock."""

    def cancel(self, number: Any) -> bool | None:
        """This function will let the buyer cancel; False: too late, None: there is no such order."""

    def finish(self, number: Any) -> None:
        """This function will let an order have been sent and received long ago."""

    def set_state(self, number: Any, given: Json) -> Json | None:
        """This function will put an order into any state, also an unknown one; None: there is no such order."""

    def figures(self, seller: Seller) -> Json:
        """Counts of everything, for `/admin/state`."""

    def lines(self, figures: Json) -> dict[str, str]:
        """The same in words, for the page."""

    def stocks(self, seller: Seller) -> Json:
        """Every stock row: warehouse → article → what is there."""

    def orders(self, seller: Seller) -> Json:
        """Every order with its states and what it is packed into, by kind; the orders under the code."""

    def forget_usage(self) -> None:
        """This function will forget how much of each limit was used."""


def counted(counts: Json) -> str:
    """This function will tell counts in one line."""
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or "нет"

"""Counting what a package did."""

from collections import Counter


class Tally:
    """
    Counts of one package; those of a chunk are taken back when the chunk is.

    Keys: goods, goods.new, goods.changed, goods.waiting, offers, offers.new, offers.waiting, barcodes.new, prices,
    prices.changed, rests, rests.changed, words, orders, orders.changed, archived.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = Counter(counts)

    def add(self, key: str, number: int) -> None:
        if number or key in self.counts:
            self.counts[key] += number

    def copy(self) -> dict[str, int]:
        return dict(self.counts)

    def back_to(self, counts: dict[str, int]) -> None:
        self.counts = Counter(counts)

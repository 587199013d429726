"""Kinds of demand, after Syntetos and Boylan (2005): by the interval between sales and the spread of their size."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.history import Floats

_INTERVAL = 1.32  # days between days with sales
_SPREAD = 0.49  # squared coefficient of variation of what one such day sells
_WINDOW = 168
_NEW_DAYS = 28
_SILENT_DAYS = 112


class DemandClass(StrEnum):
    """How a series sells."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    NEW = "new"
    SILENT = "silent"  # nothing sold for sixteen weeks


def classify(demand: Floats) -> NDArray[np.str_]:
    """This function will give the class of every row of (series, days)."""
    window = demand[:, -_WINDOW:]
    sales = window > 0
    count = sales.sum(axis=1)
    mean = window.sum(axis=1) / np.maximum(count, 1)
    spread = np.where(sales, (window - mean[:, None]) ** 2, 0).sum(axis=1) / np.maximum(count, 1)
    erratic = spread / np.maximum(mean, 1e-9) ** 2 > _SPREAD
    rare = window.shape[1] / np.maximum(count, 1) > _INTERVAL
    found = np.select(
        [rare & erratic, rare, erratic],
        [DemandClass.LUMPY.value, DemandClass.INTERMITTENT.value, DemandClass.ERRATIC.value],
        DemandClass.SMOOTH.value,
    )
    ever = (demand > 0).any(axis=1)
    age = np.where(ever, demand.shape[1] - (demand > 0).argmax(axis=1), demand.shape[1])
    found = np.where(ever & (age <= _NEW_DAYS), DemandClass.NEW.value, found)
    silent = ~(demand[:, -_SILENT_DAYS:] > 0).any(axis=1)
    return np.where(silent, DemandClass.SILENT.value, found)

from floor.models.badge import Badge
from floor.models.come_back import CameBack
from floor.models.pack import PackPhoto, PackSession
from floor.models.put_back import PutBack
from floor.models.scan import Scan
from floor.models.wave import PickTask, Placed, Wave, WaveOrder

__all__ = [
    "Badge",
    "CameBack",
    "PackPhoto",
    "PackSession",
    "PickTask",
    "Placed",
    "PutBack",
    "Scan",
    "Wave",
    "WaveOrder",
]

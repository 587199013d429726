from floor.models.pack import PackSession
from floor.models.put_back import PutBack
from floor.models.scan import Scan
from floor.models.wave import PickTask, Wave, WaveOrder

__all__ = ["PackSession", "PickTask", "PutBack", "Scan", "Wave", "WaveOrder"]

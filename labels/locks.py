"""Locks of labels."""

from labels.models import StationQueue


def queue_for_change(station_id: int) -> StationQueue:
    """The queue of a station, locked: stickers of one printer are given out, sent and taken back one after another."""
    StationQueue.objects.get_or_create(station_id=station_id)
    return StationQueue.objects.select_for_update().get(station_id=station_id)

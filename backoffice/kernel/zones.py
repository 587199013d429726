"""The clock of the marketplaces, of 1C and of most sellers: what names no zone is meant by it."""

from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")

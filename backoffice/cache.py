"""The cache, with one client for all."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class OneClient(RedisCacheClient):  # its stubs lack what it is made of
    """Django makes a new client for every call, which takes longer than the call; a client may be shared by threads."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if not hasattr(pool, "client"):
            pool.client = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return pool.client


class Cache(RedisCache):
    """Redis or one that speaks like it."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient

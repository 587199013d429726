"""Postgres, cache, stored files."""

from backoffice import env

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_pool = env.whole("DATABASE_POOL", 0)
_default = env.database("DATABASE_URL")
# By psycopg none, or it would deallocate those of `backoffice.kernel.prepared` with its own at a rollback.
_default["OPTIONS"] = {**_default["OPTIONS"], "prepare_threshold": None}  # type: ignore[dict-item]

# A pool where many threads share few connections (web); persistent connections where a worker has one of its own.
if _pool:
    _default["OPTIONS"] = {**_default["OPTIONS"], "pool": {"min_size": 1, "max_size": _pool, "timeout": 10}}  # type: ignore[dict-item]
else:
    _default |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

DATABASES = {"default": _default}

CACHES = {
    "default": {
        "BACKEND": "backoffice.cache.Cache",
        "LOCATION": env.text("REDIS_URL"),
        "KEY_PREFIX": "bo",
    }
}
REDIS_URL = env.text("REDIS_URL")

FILES_DIR = env.text("FILES_DIR")
MEDIA_ROOT = FILES_DIR
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

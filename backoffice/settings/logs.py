"""Structured logs: JSON lines on standard output, secrets masked before anything is written."""

import structlog
from structlog.typing import Processor

from backoffice import env
from backoffice.logs import mask

_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    mask,
]
_renderer: Processor = (
    structlog.processors.JSONRenderer(ensure_ascii=False)
    if env.text("LOG_FORMAT", "json") == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)

_level = env.text("LOG_LEVEL", "INFO")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer],
        }
    },
    "filters": {"noise": {"()": "backoffice.logs.Noise"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured", "filters": ["noise"]}},
    "root": {"handlers": ["console"], "level": _level},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Django gives this one a level of its own, which would outlive ours.
        "django": {"handlers": [], "level": _level, "propagate": True},
        "httpx": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # One line per task at this level; the task's own lines say what mattered.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django_structlog.celery": {"level": "WARNING"},
    },
}
DJANGO_STRUCTLOG_CELERY_ENABLED = False

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

if _dsn := env.text("SENTRY_DSN", ""):
    import sentry_sdk

    sentry_sdk.init(dsn=_dsn, send_default_pii=False, max_request_body_size="never", include_local_variables=False)

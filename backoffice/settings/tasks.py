"""Celery: a queue per marketplace, one for the rest, one for drawing."""

from backoffice import env
from marketplaces.registry import codes

# Built-in marketplaces and those another package brings; each has a queue and a worker of its own.
MARKETPLACE_CODES = codes()
QUEUES = [*(f"mp.{code}" for code in MARKETPLACE_CODES), "default", "pdf"]

CELERY_BROKER_URL = env.text("BROKER_URL")
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"labels.tasks.build_sheet": {"queue": "pdf"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
# A task that outlived this would be handed out a second time while the first still runs.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1200}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "backoffice.beat:OneBeat"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
DJANGO_CELERY_BEAT_TZ_AWARE = True

HEARTBEAT_INTERVAL_S = 5
HEARTBEAT_STALE_S = 30

"""The clock: what runs by itself, and how often.  All of it are kicks; what is due stands in tables."""

from datetime import timedelta

from celery.schedules import crontab

from backoffice.settings.base import SANDBOX_URL
from backoffice.settings.tasks import MARKETPLACE_CODES

CELERY_BEAT_SCHEDULE = {
    # One tick per marketplace on its own queue, so that one that hangs delays nobody else's clock.
    **{
        f"marketplaces tick {code}": {
            "task": "marketplaces.tasks.tick",
            "schedule": timedelta(seconds=1),
            "kwargs": {"marketplace": code},
            # A tick that waited is worthless: the next one sees the same.
            "options": {"queue": f"mp.{code}", "expires": 3},
        }
        for code in MARKETPLACE_CODES
    },
    "marketplaces retention": {
        "task": "marketplaces.tasks.forget_old",
        "schedule": timedelta(hours=1),
        "options": {"expires": 1800},
    },
    "exchange lost packages": {
        "task": "exchange.tasks.sweep",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "exchange webhooks": {
        "task": "exchange.tasks.push_hooks",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "exchange retention": {
        "task": "exchange.tasks.forget_old",
        "schedule": timedelta(hours=1),
        "options": {"expires": 1800},
    },
    "marketplaces feeds": {
        "task": "marketplaces.tasks.tick_feeds",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "orders that lack something": {
        "task": "orders.tasks.cure_everybody",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 120},
    },
    "orders nobody fetched": {
        "task": "orders.tasks.put_back_uncollected",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "analytics facts": {
        "task": "analytics.tasks.refresh_all",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "analytics forecasts": {
        "task": "analytics.tasks.train_all",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "analytics classes": {
        "task": "analytics.tasks.judge_all",
        "schedule": crontab(hour=3, minute=5),
        "options": {"expires": 3600},
    },
    "analytics first reports": {
        "task": "analytics.tasks.begin_all",
        "schedule": timedelta(minutes=3),
        "options": {"expires": 180},
    },
    "analytics letters": {
        "task": "analytics.tasks.mail_reports",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 600},
    },
    "analytics rebuild": {
        "task": "analytics.tasks.rebuild_all",
        "schedule": timedelta(days=7),
        "options": {"expires": 3600},
    },
    "workspace lost jobs": {
        "task": "workspace.tasks.sweep_jobs",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
}

if SANDBOX_URL:
    CELERY_BEAT_SCHEDULE["marketplaces demonstration"] = {
        "task": "marketplaces.tasks.connect_demo",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    }

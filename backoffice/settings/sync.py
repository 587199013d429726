"""Speaking to marketplaces: what is kept how long, and the clock of each queue."""

from datetime import timedelta

from backoffice import env
from backoffice.settings.tasks import MARKETPLACE_CODES

# How many times faster than ours the sandbox's clock runs; limits and pauses are divided by it there, never elsewhere.
SANDBOX_SPEED = float(env.text("SANDBOX_SPEED", "1"))

ATTEMPTS_DAYS = env.whole("ATTEMPTS_DAYS", 14)
# Payloads with personal data: how long each marketplace lets us keep them; "default" for the others.
RAW_PAYLOAD_DAYS = {"default": env.whole("RAW_PAYLOAD_DAYS", 90)}
KEY_EXPIRY_WARNING_DAYS = 14

# One tick per marketplace on its own queue, so that one that hangs delays nobody else's clock.
CELERY_BEAT_SCHEDULE = {
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
        "options": {"queue": "default", "expires": 1800},
    },
}

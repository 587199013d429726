"""Words of the floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WaveState(models.TextChoices):
    """A wave is released once, picked, and done when none of its orders waits."""

    DRAFT = "draft", _("draft")
    RELEASED = "released", _("in work")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class TaskState(models.TextChoices):
    """A task of a person."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    SHORT = "short", _("not found")
    CANCELLED = "cancelled", _("cancelled")

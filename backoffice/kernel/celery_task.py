"""The base of every task: keyword ids only, late acknowledgement, and a log line that says for whom it ran."""

from typing import Any

import structlog
from celery.contrib.django.task import DjangoTask


class BaseTask(DjangoTask):
    """Binds the task's ids to the log; tasks are kicks and may run twice."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(f"{self.name} takes keyword arguments only")
        with structlog.contextvars.bound_contextvars(task=self.name, **kwargs):
            return super().__call__(**kwargs)

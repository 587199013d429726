from workspace.models.job import Job, JobState
from workspace.models.notice import Notice
from workspace.models.saved_view import SavedView
from workspace.types import Level

__all__ = ["Job", "JobState", "Level", "Notice", "SavedView"]

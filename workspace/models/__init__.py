from workspace.models.job import Job, JobState
from workspace.models.notice import Level, Notice
from workspace.models.saved_view import SavedView

__all__ = ["Job", "JobState", "Level", "Notice", "SavedView"]

"""What a page or an ordinary worker does not need stays on the disk: memory is paid once for every process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Ten MiB and more each: wanted by the nightly forecast, by stickers that come as HTML, and by whoever draws.
HEAVY = frozenset({"fpdf", "numpy", "pandas", "pikepdf", "pyarrow", "reportlab", "scipy", "xgboost"})

WEB = """
from wsgiref.util import setup_testing_defaults
from backoffice.wsgi import application
asked = {"PATH_INFO": "/account/login/", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}
setup_testing_defaults(asked)
told = []
page = b"".join(application(asked, lambda status, headers: told.append(status)))
assert told == ["200 OK"] and b"<form" in page, (told, page[:200])
"""
WORKER = """
from backoffice.celery import app
app.loader.import_default_modules()
assert "analytics.tasks.train_all" in app.tasks and "labels.tasks.build_sheet" in app.tasks
"""
TELL = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.mark.parametrize("program", [WEB, WORKER], ids=["web", "worker"])
def test_a_process_carries_nothing_that_few_need(db: None, program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program + TELL],
        cwd=ROOT,
        env={**os.environ, "DATABASE_POOL": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(done.stdout.split())
    assert "django" in loaded
    assert loaded & HEAVY == set()

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from backoffice import role
from embedded.state import ROOT


@pytest.fixture
def not_yet_looked_at(monkeypatch):
    monkeypatch.setattr(role, "_accepted", set())


@pytest.mark.django_db
def test_application_role_is_accepted(not_yet_looked_at):
    role.refuse_privileged_role(connection)
    assert len(role._accepted) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS"])
def test_web_does_not_start_as_a_role_that_sees_past_row_security(attribute):
    address = os.environ["DATABASE_URL"].replace("backoffice_app@", "too_much@")
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute(f"CREATE ROLE too_much LOGIN {attribute}".encode())
        superuser.execute(f"GRANT CONNECT ON DATABASE {superuser.info.dbname} TO too_much".encode())
        try:
            done = subprocess.run(
                [sys.executable, "-c", "import backoffice.wsgi"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "backoffice.settings"},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            superuser.execute(f"REVOKE ALL ON DATABASE {superuser.info.dbname} FROM too_much".encode())
            superuser.execute("DROP ROLE too_much")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "backoffice.role.PrivilegedRole: The database role too_much is a superuser or bypasses row-level security: "
        "set DATABASE_URL to the role backoffice_app."
    )

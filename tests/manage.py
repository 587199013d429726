"""`python -m tests.manage <command>`: a management command against throwaway services, for work on the code."""

import os
import sys

from tests import services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    from django.core.management import execute_from_command_line

    try:
        services.make_own_database()
        execute_from_command_line(["manage.py", *sys.argv[1:]])
    finally:
        services.pytest_unconfigure()


if __name__ == "__main__":
    main()

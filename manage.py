#!/usr/bin/env python
"""Django's commands.  The environment says where the services are; `python3 run.py manage` sets it."""

import os
import sys

# These change the schema; everything else works as the application's role.
BY_THE_OWNER = {"migrate"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    if len(sys.argv) > 1 and sys.argv[1] in BY_THE_OWNER and "DATABASE_OWNER_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

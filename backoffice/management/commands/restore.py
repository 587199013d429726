from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backoffice import archive, env


class Command(BaseCommand):
    help = "Put an archive in the place of an installation in which nobody has worked yet; as a superuser."
    # A broken setting must not stand between a person and the data.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="also where people already work; the present data are kept aside"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = archive.restore(
                archive=options["file"].absolute(),
                superuser=archive.Server.from_variable("DATABASE_SUPERUSER_URL"),
                files=Path(settings.FILES_DIR),
                keys=settings.ENCRYPTION_KEYS,
                caches=[settings.REDIS_URL, env.text("BROKER_CLEAN_URL", settings.REDIS_URL)],
                replace=options["replace"],
                now=timezone.now(),
            )
        except archive.ArchiveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        aside = f" The earlier database is kept as {kept}." if kept else ""
        self.stdout.write(f"Restored from {options['file']}.{aside}")

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backoffice import archive


class Command(BaseCommand):
    help = "Write database and files into one archive, and the encryption keys into a file apart."
    # A broken setting must not stand between a person and the data.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        try:
            keys = archive.back_up(
                target=target,
                server=archive.Server.from_variable("DATABASE_OWNER_URL"),
                files=Path(settings.FILES_DIR),
                keys=settings.ENCRYPTION_KEYS,
                now=timezone.now(),
            )
        except archive.ArchiveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Written: {target}\nEncryption keys: {keys}. Keep them apart from the archive.")

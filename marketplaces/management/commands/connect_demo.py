from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from marketplaces.errors import RemoteError
from marketplaces.sync import demo


class Command(BaseCommand):
    help = "Connect the demonstration merchant to the sandbox; does nothing when it is connected."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = demo.stand_up(now=timezone.now())
        except RemoteError as error:
            raise CommandError(f"The sandbox does not answer: {error.text}") from error
        self.stdout.write("Connected." if done else "Nothing to do.")

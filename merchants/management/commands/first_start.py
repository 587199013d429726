import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from merchants.services.first_start import prepare_installation


class Command(BaseCommand):
    help = "Make the first owner and the demonstration merchant; at each later start does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="", help="the address to print, such as http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        done = prepare_installation(password=os.environ.get("FIRST_OWNER_PASSWORD"))
        if options["address"]:
            self.stdout.write(f"Address: {options['address']}")
        if done.password is not None:
            self.stdout.write(f"Login: {done.owner.login}\nPassword: {done.password}  (shown once; change it)")

from typing import Any

from django.core.management.base import BaseCommand

from marketplaces.selectors import due
from marketplaces.sync import connect
from merchants.scope import scope
from merchants.services import second_factor


class Command(BaseCommand):
    help = "Seal every stored secret anew with the first of ENCRYPTION_KEYS; afterwards the others may be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = 0
        for merchant_id in due.merchant_ids():
            with scope([merchant_id]):
                sealed += connect.reseal_all()
        sealed += second_factor.reseal_all()
        self.stdout.write(f"Sealed anew: {sealed}")

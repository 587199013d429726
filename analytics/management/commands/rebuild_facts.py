"""State the facts of dashboards anew from orders."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from analytics.services import rebuild
from merchants.models import Merchant
from merchants.scope import scope


class Command(BaseCommand):
    help = "Rebuild the facts of one merchant, or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchant", type=int, help="its number; without it, every merchant")

    def handle(self, *args: Any, merchant: int | None = None, **options: Any) -> None:
        chosen = Merchant.objects.order_by("pk")
        for one in chosen.filter(pk=merchant) if merchant else chosen:
            with scope([one.pk]):
                rebuild.begin(merchant_id=one.pk, now=timezone.now())
            lines = rebuild.go_on(merchant_id=one.pk, now=timezone.now())
            self.stdout.write(f"{one.name}: {lines} lines were other than known")

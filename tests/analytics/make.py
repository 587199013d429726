"""What URLs of analytics take."""

from typing import Any

from django.utils import timezone

from analytics.models import MailedReport
from merchants.models import Merchant
from merchants.roles import Role
from tests import make


@make.foreign("analytics:stop-mail")
def _mailed(merchant: Merchant) -> dict[str, Any]:
    with make.within(merchant):
        person = make.person(role=Role.OWNER, merchant=merchant)
        report = MailedReport.objects.create(merchant=merchant, person=person, every="day", made_at=timezone.now())
        return {"pk": report.pk}

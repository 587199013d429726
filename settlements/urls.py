from django.urls import path, register_converter

from settlements.views import agreements, money, reports

app_name = "settlements"


class Currency:
    """Three capital letters."""

    regex = "[A-Z]{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Currency, "currency")

urlpatterns = [
    path("", money.debt_list, name="debts"),
    path("account/<int:entity_id>/<int:channel_id>/<currency:currency>/", money.account, name="account"),
    path("payments/", money.payments, name="payments"),
    path("payments/new/", money.payment_new, name="payment-new"),
    path("payments/<int:pk>/reverse/", money.payment_reverse, name="payment-reverse"),
    path("reconciliation/", money.compare, name="reconciliation"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/raw/", reports.raw, name="report-raw"),
    path("reports/<int:pk>/reverse/", reports.reverse, name="report-reverse"),
    path("orders/<int:order_id>/panel/", reports.order_panel, name="order-panel"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.agreement, name="agreement-new"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
]

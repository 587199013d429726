from django.urls import path

from analytics.views import goods, mailed, pages, plan, profit, sending

app_name = "analytics"

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("sales/", pages.sales_page, name="sales"),
    path("hours/", pages.hours_page, name="hours"),
    path("lines/", pages.lines_page, name="lines"),
    path("profit/", profit.profit_page, name="profit"),
    path("tariffs/", profit.Tariffs.as_view(), name="tariffs"),
    path("classes/", goods.classes_page, name="classes"),
    path("trends/", goods.trends_page, name="trends"),
    path("losses/", goods.losses_page, name="losses"),
    path("operations/", goods.operations_page, name="operations"),
    path("late/", goods.late_page, name="late"),
    path("scans/", goods.scans_page, name="scans"),
    path("mailed/", mailed.mailed_page, name="mailed"),
    path("mailed/ask/", mailed.ask_for_mail, name="ask-for-mail"),
    path("mailed/<int:pk>/stop/", mailed.stop_mail, name="stop-mail"),
    path("unsubscribe/<str:token>/", mailed.unsubscribe, name="unsubscribe"),
    path("forecast/", plan.forecast_page, name="forecast"),
    path("stock/", plan.stock_page, name="stock"),
    path("buying/", plan.buying_page, name="buying"),
    path("sending/", sending.sending_page, name="sending"),
    path("sending/draft/", sending.draft_supply, name="draft-supply"),
    path("buying/accept/", plan.accept_buying, name="accept-buying"),
]

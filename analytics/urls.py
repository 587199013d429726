from django.urls import path

from analytics.views import goods, pages, plan, profit

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
    path("forecast/", plan.forecast_page, name="forecast"),
    path("stock/", plan.stock_page, name="stock"),
    path("buying/", plan.buying_page, name="buying"),
    path("buying/accept/", plan.accept_buying, name="accept-buying"),
]

from django.urls import path

from analytics.views import pages, plan

app_name = "analytics"

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("sales/", pages.sales_page, name="sales"),
    path("hours/", pages.hours_page, name="hours"),
    path("lines/", pages.lines_page, name="lines"),
    path("forecast/", plan.forecast_page, name="forecast"),
    path("stock/", plan.stock_page, name="stock"),
    path("buying/", plan.buying_page, name="buying"),
]

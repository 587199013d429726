from django.urls import path

from analytics.views import pages

app_name = "analytics"

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("sales/", pages.sales_page, name="sales"),
    path("hours/", pages.hours_page, name="hours"),
    path("lines/", pages.lines_page, name="lines"),
]

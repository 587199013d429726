from django.urls import path

from labels.views import agent, keys, orders, queue, sheets, station, table

app_name = "labels"

urlpatterns = [
    path("", sheets.Products.as_view(), name="index"),
    path("cells/", sheets.Cells.as_view(), name="cells"),
    path("formats/", station.formats, name="formats"),
    path("formats/sample.pdf", station.sample, name="sample"),
    path("queue/", queue.queue, name="queue"),
    path("queue/table/", queue.queue_table, name="queue-table"),
    path("queue/<int:pk>/failed/", queue.failed, name="print-failed"),
    path("orders/", orders.print_many, name="print-orders"),
    path("order/<int:order_id>/sticker.pdf", orders.order_sticker, name="order-sticker"),
    path("order/<int:order_id>/panel/", orders.order_panel, name="order-panel"),
    path("order/<int:order_id>/own/", orders.own_sticker, name="order-own"),
    path("stations/", station.stations, name="stations"),
    path("stations/choose/", station.choose, name="choose-station"),
    path("stations/new/", station.EditStation.as_view(), name="station-new"),
    path("stations/<int:pk>/", station.EditStation.as_view(), name="station"),
    path("stations/<int:pk>/agent/", keys.agent, name="agent"),
    path("stations/<int:pk>/keys/new/", keys.new_key, name="key-new"),
    path("stations/<int:pk>/keys/<int:key_id>/revoke/", keys.revoke, name="key-revoke"),
    path("stations/<int:pk>/printer/", table.desk, name="desk"),
    path("stations/<int:pk>/printer/inside/", table.desk_inside, name="desk-inside"),
    path("stations/<int:pk>/printer/scan/", table.scan, name="desk-scan"),
    path("stations/<int:pk>/test/", station.print_test, name="station-test"),
    path("printer/", table.here, name="desk-here"),
    path("printer/line/", table.line, name="line"),
    path("agent/print_agent.py", agent.program, name="agent-program"),
    path("agent/turn/", agent.turn, name="agent-turn"),
    path("printers/new/", station.EditPrinter.as_view(), name="printer-new"),
    path("printers/<int:pk>/", station.EditPrinter.as_view(), name="printer"),
    path("printers/<int:pk>/test.pdf", station.test_page, name="printer-test"),
    path("printers/<int:pk>/test.zpl", station.test_zpl, name="printer-test-zpl"),
]

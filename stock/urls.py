from django.urls import path

from stock.views import balances, expected, premises

app_name = "stock"

urlpatterns = [
    path("", balances.balance_list, name="balances"),
    path("receive/", balances.receive, name="receive"),
    path("sku/<int:pk>/", balances.sku_stock, name="sku"),
    path("sku/<int:pk>/panel/", balances.sku_panel, name="sku-panel"),
    path("sku/<int:pk>/correct/", balances.set_pieces, name="set-pieces"),
    path("sku/<int:pk>/move/", balances.carry, name="move"),
    path("sku/<int:pk>/minimum/", expected.minimum, name="minimum"),
    path("sku/<int:pk>/write-off/", expected.write_off, name="write-off"),
    path("suppliers/", expected.suppliers, name="suppliers"),
    path("suppliers/new/", expected.supplier, name="supplier-new"),
    path("suppliers/<int:pk>/", expected.supplier, name="supplier"),
    path("deliveries/", expected.receipts, name="receipts"),
    path("deliveries/new/", expected.receipt_new, name="receipt-new"),
    path("deliveries/<int:pk>/", expected.receipt, name="receipt"),
    path("deliveries/<int:pk>/close/", expected.receipt_close, name="receipt-close"),
    path("warehouses/", premises.warehouse_list, name="cells"),
    path("warehouses/new/", premises.warehouse_new, name="warehouse-new"),
    path("warehouses/<int:pk>/", premises.warehouse, name="warehouse"),
    path("warehouses/<int:pk>/zone/", premises.zone, name="zone"),
    path("rules/", premises.rule_list, name="rules"),
    path("rules/<int:pk>/", premises.rule, name="rule"),
]

from django.urls import path

from shipping.views import handovers, supplies, supply_papers

app_name = "shipping"

urlpatterns = [
    path("", handovers.handover_list, name="handovers"),
    path("inside/", handovers.handover_list_inside, name="handovers-inside"),
    path("today/", handovers.today_panel, name="today-panel"),
    path("<int:pk>/", handovers.handover_detail, name="handover"),
    path("<int:pk>/inside/", handovers.handover_inside, name="handover-inside"),
    path("<int:pk>/close/", handovers.close_handover, name="close"),
    path("supplies/", supplies.supplies, name="supplies"),
    path("supplies/new/", supplies.supply_new, name="supply-new"),
    path("supplies/<int:pk>/", supplies.supply, name="supply"),
    path("supplies/<int:pk>/line/", supplies.supply_line, name="supply-line"),
    path("supplies/<int:pk>/import/", supplies.supply_import, name="supply-import"),
    path("supplies/<int:pk>/agree/", supplies.supply_agree, name="supply-agree"),
    path("supplies/<int:pk>/pick/", supplies.supply_pick, name="supply-pick"),
    path("supplies/<int:pk>/pack/", supplies.supply_pack, name="supply-pack"),
    path("supplies/<int:pk>/boxes/", supplies.supply_boxes, name="supply-boxes"),
    path("supplies/<int:pk>/ship/", supplies.supply_ship, name="supply-ship"),
    path("supplies/<int:pk>/close/", supplies.supply_close, name="supply-close"),
    path("supplies/<int:pk>/cancel/", supplies.supply_cancel, name="supply-cancel"),
    path("supplies/<int:pk>/list.pdf", supply_papers.supply_list, name="supply-list"),
    path("supplies/<int:pk>/boxes.pdf", supply_papers.supply_stickers, name="supply-stickers"),
    path("documents/<int:pk>/", handovers.document, name="document"),
]

from django.urls import path

from shipping.views import handovers

app_name = "shipping"

urlpatterns = [
    path("", handovers.handover_list, name="handovers"),
    path("inside/", handovers.handover_list_inside, name="handovers-inside"),
    path("today/", handovers.today_panel, name="today-panel"),
    path("<int:pk>/", handovers.handover_detail, name="handover"),
    path("<int:pk>/inside/", handovers.handover_inside, name="handover-inside"),
    path("<int:pk>/close/", handovers.close_handover, name="close"),
    path("documents/<int:pk>/", handovers.document, name="document"),
]

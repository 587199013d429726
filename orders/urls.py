from django.urls import path

from orders.views import detail, lists

app_name = "orders"

urlpatterns = [
    path("", lists.order_list, name="list"),
    path("inside/", lists.order_list_inside, name="list-inside"),
    path("attention/", lists.attention_list, name="attention"),
    path("take/", lists.take_into_work, name="take"),
    path("today/", lists.today_panel, name="today-panel"),
    path("<int:pk>/", detail.order_detail, name="detail"),
    path("<int:pk>/inside/", detail.order_inside, name="detail-inside"),
    path("<int:pk>/buyer/", detail.buyer, name="buyer"),
    path("<int:pk>/cancel/", detail.cancel_order, name="cancel"),
    path("<int:pk>/commit/", detail.commit_order, name="commit"),
    path("<int:pk>/give-up/", detail.give_up_missing, name="give-up"),
    path("<int:pk>/dismiss/", detail.dismiss, name="dismiss"),
]

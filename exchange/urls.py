from django.urls import path

from exchange.api.page import reference
from exchange.views import connections, desk, hooks, matching, programs, protocol

app_name = "exchange"

urlpatterns = [
    # What 1C speaks to; both spellings, because it follows no redirect.
    path("exchange", protocol.exchange, name="exchange"),
    path("exchange/", protocol.exchange, name="exchange-slash"),
    path("", desk.desk, name="desk"),
    path("live/", desk.desk_live, name="desk-live"),
    path("log/", desk.log, name="log"),
    path("log/<int:pk>/", desk.message, name="message"),
    path("log/<int:pk>/live/", desk.message_live, name="message-live"),
    path("log/<int:pk>/raw/", desk.raw, name="raw"),
    path("log/<int:pk>/problems/", desk.problems, name="problems"),
    path("log/<int:pk>/decide/", desk.decide, name="decide"),
    path("sessions/<int:pk>/", desk.session, name="session"),
    path("upload/", desk.Upload.as_view(), name="upload"),
    path("matching/", matching.queue, name="matching"),
    path("matching/decide/", matching.decide, name="match-many"),
    path("matching/<int:pk>/", matching.Match.as_view(), name="match"),
    path("connect/", connections.Connect.as_view(), name="connect"),
    path("connections/<int:pk>/", connections.ConnectionPage.as_view(), name="connection"),
    path("connections/<int:pk>/password/", connections.renew, name="renew"),
    path("hooks/", hooks.hook_list, name="hooks"),
    path("hooks/new/", hooks.NewHook.as_view(), name="new-hook"),
    path("hooks/<int:pk>/", hooks.hook_page, name="hook"),
    path("hooks/<int:pk>/secret/", hooks.renew_hook_secret, name="hook-secret"),
    path("hooks/<int:pk>/switch/", hooks.switch_hook, name="switch-hook"),
    path("hooks/<int:pk>/try/", hooks.try_hook, name="try-hook"),
    path("hooks/<int:pk>/remove/", hooks.remove_hook, name="remove-hook"),
    path("hooks/deliveries/<int:pk>/repeat/", hooks.repeat_delivery, name="repeat-delivery"),
    path("reference/", reference, name="reference"),
    path("programs/", programs.programs, name="programs"),
    path("programs/new/", programs.NewProgram.as_view(), name="new-program"),
    path("programs/<int:pk>/", programs.ProgramPage.as_view(), name="program"),
    path("programs/<int:pk>/token/", programs.new_token, name="new-token"),
]

from django.urls import path

from floor.views import pack, pick, put_back, waves

app_name = "floor"

urlpatterns = [
    path("waves/", waves.wave_board, name="waves"),
    path("waves/inside/", waves.wave_board_inside, name="waves-inside"),
    path("waves/release/", waves.release_wave, name="release"),
    path("waves/<int:pk>/", waves.wave_detail, name="wave"),
    path("waves/<int:pk>/inside/", waves.wave_inside, name="wave-inside"),
    path("pick/", pick.choose_wave, name="pick"),
    path("pick/<int:pk>/", pick.pick_wave, name="pick-wave"),
    path("pick/<int:pk>/scan/", pick.pick_scan, name="pick-scan"),
    path("pack/", pack.pack_page, name="pack"),
    path("pack/scan/", pack.pack_scan, name="pack-scan"),
    path("pack/parcels/", pack.pack_parcels, name="pack-parcels"),
    path("put-back/", put_back.put_back_page, name="put-back"),
    path("put-back/scan/", put_back.put_back_scan, name="put-back-scan"),
]

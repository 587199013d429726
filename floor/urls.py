from django.urls import path

from floor.views import codes, lead, pack, pick, put_back, station, waves

app_name = "floor"

urlpatterns = [
    path("waves/", waves.wave_board, name="waves"),
    path("waves/inside/", waves.wave_board_inside, name="waves-inside"),
    path("waves/release/", waves.release_wave, name="release"),
    path("waves/<int:pk>/", waves.wave_detail, name="wave"),
    path("waves/<int:pk>/inside/", waves.wave_inside, name="wave-inside"),
    path("waves/<int:pk>/pause/", pick.pause, name="pause"),
    path("waves/<int:pk>/take-over/", pick.take_over, name="take-over"),
    path("board/", lead.lead_board, name="board"),
    path("board/inside/", lead.lead_board_inside, name="board-inside"),
    path("board/free-table/", lead.free_table, name="free-table"),
    path("people/", lead.people_page, name="people"),
    path("station/", station.sign_in, name="station"),
    path("station/lock/", station.lock, name="lock"),
    path("badges/<int:pk>/", station.GiveBadge.as_view(), name="give-badge"),
    path("codes/", codes.codes, name="codes"),
    path("pick/", pick.choose_wave, name="pick"),
    path("pick/<int:pk>/", pick.pick_wave, name="pick-wave"),
    path("pick/<int:pk>/scan/", pick.pick_scan, name="pick-scan"),
    path("pick/<int:pk>/known/", pick.pick_known, name="pick-known"),
    path("pick/<int:pk>/pass-on/", pick.pass_on, name="pass-on"),
    path("wall/", pack.wall_page, name="wall"),
    path("wall/scan/", pack.wall_scan, name="wall-scan"),
    path("pack/", pack.pack_page, name="pack"),
    path("pack/scan/", pack.pack_scan, name="pack-scan"),
    path("pack/known/", pack.pack_known, name="pack-known"),
    path("pack/parcels/", pack.pack_parcels, name="pack-parcels"),
    path("pack/photo/", pack.pack_photo, name="pack-photo"),
    path("pack/photos/<int:order_id>/", pack.photos, name="photos"),
    path("pack/photo/<int:pk>/", pack.photo_file, name="photo"),
    path("put-back/", put_back.put_back_page, name="put-back"),
    path("put-back/scan/", put_back.put_back_scan, name="put-back-scan"),
]

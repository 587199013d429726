from django.urls import path, re_path

from workspace.views import home, jobs, notices, saved_views, search, style

app_name = "workspace"

urlpatterns = [
    path("", home.home, name="home"),
    path("today/", home.today, name="today"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/table/", jobs.job_table, name="jobs-table"),
    path("jobs/badge/", jobs.badge, name="jobs-badge"),
    path("jobs/export/", jobs.start_export, name="export"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job"),
    path("jobs/<int:pk>/panel/", jobs.job_panel, name="job-panel"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("jobs/<int:pk>/result/", jobs.job_result, name="job-result"),
    re_path(r"^jobs/(?P<pk>[0-9]{1,18})/errors\.(?P<shape>xlsx|csv)$", jobs.job_errors, name="job-errors"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/<int:pk>/mute/", notices.mute, name="notice-mute"),
    path("views/save/", saved_views.save, name="view-save"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view-delete"),
    path("style/", style.style, name="style"),
    path("style/floor/", style.style_floor, name="style-floor"),
]

from django.urls import path, re_path

from marketplaces import webhooks
from marketplaces.views import addresses, capabilities, channels, feed_files, feeds, health, own_delivery, published

app_name = "marketplaces"

urlpatterns = [
    path("", health.page, name="health"),
    re_path(r"^in/(?P<secret>[\w-]+)(?:/(?P<tail>.*))?$", webhooks.take, name="webhook"),
    path("feed/<slug:secret>/feed.xml", feed_files.feed, name="feed-file"),
    path("feed/<slug:secret>/<int:pk>.jpg", feed_files.photo, name="feed-photo"),
    path("panel/", health.panel, name="health-panel"),
    path("today/", health.today_panel, name="today-panel"),
    path("price-drops/", health.price_drops, name="price-drops"),
    path("retry/", health.Retry.as_view(), name="retry"),
    path("price/<int:pk>/let-fall/", health.LetPriceFall.as_view(), name="let-price-fall"),
    path("quarantine/<int:pk>/replay/", health.Replay.as_view(), name="replay"),
    path("quarantine/<int:pk>/dismiss/", health.Dismiss.as_view(), name="dismiss"),
    path("capabilities/", capabilities.page, name="capabilities"),
    path("channels/", channels.channels, name="channels"),
    path("channels/connect/", channels.choose, name="connect"),
    path("channels/connect/<slug:code>/", channels.Connect.as_view(), name="connect-to"),
    path("channels/<int:pk>/", channels.ChannelPage.as_view(), name="channel"),
    path("channels/<int:pk>/key/", channels.ReplaceKey.as_view(), name="replace-key"),
    path("channels/open/<slug:code>/", feeds.Open.as_view(), name="open-feed"),
    path("channels/<int:pk>/feed/", feeds.FeedPage.as_view(), name="feed"),
    path("channels/<int:pk>/feed/write/", feeds.WriteFeed.as_view(), name="write-feed"),
    path("channels/<int:pk>/feed/address/", feeds.NewFeedAddress.as_view(), name="new-feed-address"),
    path("channels/<int:pk>/address/", addresses.GiveAddress.as_view(), name="give-address"),
    path("channels/<int:pk>/requests/", health.requests, name="requests"),
    path("channels/<int:pk>/pull/<slug:stream>/", health.PullNow.as_view(), name="pull-now"),
    path("channels/<int:pk>/push/", health.PushNow.as_view(), name="push-now"),
    path("channels/<int:pk>/pause/", health.Pause.as_view(), name="pause"),
    path("channels/<int:pk>/resume/", health.Resume.as_view(), name="resume"),
    path("warehouses/<int:pk>/", channels.WarehousePage.as_view(), name="warehouse"),
    path("published/<int:pk>/", published.sku, name="published"),
    path("published/<int:pk>/push/", published.PushSku.as_view(), name="push-sku"),
    path("orders/<int:order_id>/", published.order_panel, name="order-sync-panel"),
    path("handovers/<int:handover_id>/", published.handover_panel, name="handover-panel"),
    path("warehouses/<int:channel_warehouse_id>/points/", published.shipping_points, name="shipping-points"),
    path("orders/<int:order_id>/answer/", own_delivery.answer_cancel, name="answer-cancel"),
    path("orders/<int:order_id>/progress/", own_delivery.report, name="report-progress"),
    path("orders/<int:order_id>/reload/", published.ReloadOrder.as_view(), name="reload-order"),
]

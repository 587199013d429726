"""Files of offers that sites fetch from us."""

from django.db import models

from backoffice.kernel.models import OfMerchant, Stamped


class OfferFeed(OfMerchant, Stamped):
    """
    A channel's feed.

    digest, sealed: of the secret in its address.  options: what the seller says of the shop, contacts, least pieces,
    where categories belong.  version: of what the published file was made from.  content: digest of its offers.
    file: name inside FILES_DIR; etag, published_at: told to who fetches.  left_out: reason → count.
    trouble: why the last writing was not published; the file before it stands.
    """

    channel = models.OneToOneField("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    options = models.JSONField(default=dict)
    version = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=200, blank=True)
    etag = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    offers = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    trouble = models.CharField(max_length=500, blank=True)
    may_be_empty = models.BooleanField(default=False)


class FeedOmission(OfMerchant):
    """An offer that the last writing left out, and why; the first thousands of them."""

    feed = models.ForeignKey(OfferFeed, on_delete=models.CASCADE, db_index=False, related_name="+")
    offer_id = models.CharField(max_length=200)
    title = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=20)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["merchant", "feed", "id"], name="feed_omission_by_feed")]


class FeedFetch(OfMerchant):
    """Somebody fetched the file: the only proof that the site reads it."""

    feed = models.ForeignKey(OfferFeed, on_delete=models.CASCADE, db_index=False, related_name="+")
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    status = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["merchant", "feed", "-id"], name="feed_fetch_by_feed")]

"""The files themselves, for whoever knows the secret address: no signing in, no cookies, no redirect."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db import DatabaseError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from catalog.models import Photo
from marketplaces.feeds import connect, publish, writing
from marketplaces.models import FeedFetch, OfferFeed
from marketplaces.sync import doors
from merchants.roles import public
from merchants.scope import scope


@public
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """
    The published file: 304 when it is known, gzipped where that is understood, 404 where there is none.

    Each fetch is written down: it is the only proof that a site reads the file.
    """
    found = _published(secret)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    path = publish.folder() / found.file
    if zipped:
        path = writing.zipped(path)
    opened = _opened(path)
    assert found.published_at is not None
    etag = quote_etag(found.etag + ("-gz" if zipped else ""))
    answer = _answer(request, opened, etag=etag, modified=found.published_at, zipped=zipped)
    _note(found, request, answer.status_code)
    return answer


@public
@require_safe
def photo(request: HttpRequest, secret: str, pk: int) -> HttpResponseBase:
    """A picture that a feed names, for whoever knows the feed's address."""
    found = _feed(secret)
    with scope([found.merchant_id]):
        row = Photo.objects.filter(pk=pk).first()
    if row is None or not row.file:
        raise Http404
    answer = FileResponse(row.file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


def _feed(secret: str) -> OfferFeed:
    merchant_id = doors.merchant_of(secret)
    if merchant_id is None:
        raise Http404
    with scope([merchant_id]):
        found = OfferFeed.objects.filter(digest=connect.digest_of(secret)).first()
    if found is None:
        raise Http404
    return found


def _published(secret: str) -> OfferFeed:
    found = _feed(secret)
    if not found.file or found.published_at is None:
        raise Http404
    return found


def _opened(path: Path) -> BinaryIO:
    """The file, open before anything is answered: a newer one may take its place meanwhile."""
    try:
        return path.open("rb")
    except OSError as reason:
        raise Http404 from reason


def _answer(request: HttpRequest, file: BinaryIO, *, etag: str, modified: datetime, zipped: bool) -> HttpResponseBase:
    whole: Any = FileResponse(file, content_type="application/xml; charset=utf-8")
    whole["Content-Length"] = str(os.fstat(file.fileno()).st_size)
    whole["ETag"], whole["Last-Modified"] = etag, http_date(modified.timestamp())
    whole["Vary"], whole["Cache-Control"] = "Accept-Encoding", "public, max-age=60"
    if zipped:
        whole["Content-Encoding"] = "gzip"
    known: Any = get_conditional_response(request, etag, int(modified.timestamp()), whole)
    if known is not whole:
        file.close()
        known["Vary"] = "Accept-Encoding"
        return cast(HttpResponseBase, known)
    if request.method == "HEAD":
        file.close()
        return HttpResponse(headers=dict(whole.headers))
    return cast(HttpResponseBase, whole)


def _note(found: OfferFeed, request: HttpRequest, status: int) -> None:
    """A fetch that cannot be written down is answered all the same."""
    try:
        with scope([found.merchant_id]):
            FeedFetch.objects.create(
                merchant_id=found.merchant_id,
                feed=found,
                at=timezone.now(),
                address=request.META.get("REMOTE_ADDR", "")[:45],
                agent=request.headers.get("User-Agent", "").replace("\0", "")[:200],
                status=status,
            )
    except DatabaseError:
        return

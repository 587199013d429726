"""Photos of a product and their order."""

from collections.abc import Sequence
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.errors import PhotoRefused
from catalog.formats import picture
from catalog.models import Photo, Product

MOST = 15


def cleaned(contents: Sequence[tuple[str, bytes]]) -> list[picture.Picture]:
    """
    Uploaded files (name, bytes) drawn anew; outside any transaction.

    :raises PhotoRefused: one of them is no picture that we take; none is kept then
    """
    why = {
        "type": _("“%(name)s” is not JPEG, PNG or WebP. Save it as one of these."),
        "size": _("“%(name)s” is larger than 10 MB or 50 megapixels. Make it smaller."),
        "broken": _("“%(name)s” is damaged. Save it once more and upload it again."),
    }
    made = []
    for name, content in contents:
        try:
            made.append(picture.clean(content))
        except picture.BadPicture as reason:
            raise PhotoRefused(why[reason.why] % {"name": name[:60]}) from reason
    return made


@transaction.atomic
def add(*, product: Product, pictures: Sequence[picture.Picture]) -> None:
    """Put pictures behind those that are there; :raises PhotoRefused: a product has at most fifteen."""
    Product.objects.select_for_update().get(pk=product.pk)
    there = list(Photo.objects.filter(product=product).values_list("position", flat=True))
    if len(there) + len(pictures) > MOST:
        raise PhotoRefused(_("A product has at most %d photos. Remove some first.") % MOST)
    for position, made in enumerate(pictures, start=max(there, default=-1) + 1):
        photo = Photo(merchant_id=product.merchant_id, product=product, position=position)
        photo.file.save("photo.jpg", ContentFile(made.whole), save=False)
        photo.thumb.save("thumb.jpg", ContentFile(made.thumb), save=False)
        photo.save()


@transaction.atomic
def remove(*, photo: Photo) -> None:
    """Take a photo away; its files go when the transaction has committed."""
    files = [(field.storage, field.name) for field in (photo.file, photo.thumb) if field.name]
    photo.delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))


@transaction.atomic
def move(*, photo: Photo, forward: bool) -> None:
    """One place to the front, or to the back."""
    Product.objects.select_for_update().get(pk=photo.product_id)
    row = list(Photo.objects.filter(product_id=photo.product_id))
    here = next(place for place, other in enumerate(row) if other.pk == photo.pk)
    there = here - 1 if forward else here + 1
    if 0 <= there < len(row):
        row[here], row[there] = row[there], row[here]
    for position, other in enumerate(row):
        if other.position != position:
            Photo.objects.filter(pk=other.pk).update(position=position)

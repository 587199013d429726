"""Pictures of 1C: files come before or after the goods that name them, plain or in an archive, and are shown."""

import io
import zipfile

import pytest
from django.urls import reverse
from PIL import Image

from catalog.models import Photo, Product
from exchange.models import Picture
from merchants.roles import Role
from tests import make
from tests.exchange.onec import catalogue, classifier, document, good, offer, package, price, rest

PATH = "import_files/d0/mug.png"
GOODS = document(classifier(), catalogue(good(1, "Кружка", f"<Картинка>{PATH}</Картинка>", article="MUG")))
OFFERS = document(package(offer(1, "Кружка", price("100"), rest(main="1"))))


def picture(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


def upload(onec, name: str, content: bytes) -> None:
    for start in range(0, len(content), 50):
        assert onec.say("catalog", "file", content[start : start + 50], filename=name) == "success"


def archived(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(PATH, content)
    return file.getvalue()


@pytest.mark.parametrize("order", ["before", "between", "after"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "zip"])
def test_a_picture_comes_whenever_it_comes_and_is_shown_at_the_product(merchant, onec, inside, order, packed):
    name, content = ("pictures.zip", archived(picture())) if packed else (PATH, picture())
    onec.begin(version="3.1")
    steps = [lambda: onec.send("import.xml", GOODS), lambda: onec.send("offers.xml", OFFERS)]
    steps.insert({"before": 0, "between": 1, "after": 2}[order], lambda: upload(onec, name, content))
    for step in steps:
        assert step() in (None, "success")
    assert onec.say("catalog", "complete") == "success"
    with inside():
        photo = Photo.objects.get()
        with photo.file.open() as file:
            assert (photo.product.name, file.read()) == ("Кружка", picture())
    owner = make.client(role=Role.OWNER, merchant=merchant)
    shown = reverse("catalog:photo", args=[photo.pk, "thumb"])
    assert shown in owner.get(reverse("catalog:product", args=[photo.product_id])).content.decode()
    answer = owner.get(shown)
    assert answer.status_code == 200
    answer.close()


def test_the_same_picture_again_is_stored_once_and_what_is_no_picture_never(onec, inside):
    for _session in range(2):
        onec.begin(version="3.1")
        upload(onec, PATH, picture())
        assert onec.send("import.xml", GOODS) == "success"
        assert onec.say("catalog", "complete") == "success"
    with inside():
        assert Photo.objects.count() == 1
        Photo.objects.all().delete()
        Picture.objects.all().delete()
    onec.begin(version="3.1")
    upload(onec, PATH, b"<svg onload='alert(1)'>" * 10)
    assert onec.send("import.xml", GOODS) == "success"
    with inside():
        assert (Photo.objects.count(), Product.objects.get().guid is not None) == (0, True)

"""What a person might type into a field of this name or kind, so that a form is right but for the one thing tried."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.forms import Control

ARTICLE = "teapot"
CELL, OTHER_CELL = "A-01-01", "A-01-02"
BY_NAME = {
    "attributes": "Цвет: белый",
    "barcodes": "4607012345677",
    "article": ARTICLE,
    "sku": ARTICLE,
    "cell": CELL,
    "source": CELL,
    "target": OTHER_CELL,
    "begins": "A",
    "login": "anna",
    "commissioner_inn": "0000000025",
    "commissioner_kpp": "000001001",
    "inn": "0000000025",
    "kpp": "000001001",
    "holidays": "2027-01-01",
    "networks": "10.0.0.0/8",
    "url": "https://example.com/",
}
BY_KIND = {
    "date": "2026-12-01",
    "time": "10:00",
    "datetime-local": "2026-12-01T10:00",
    "number": "1",
    "email": "anna@example.com",
    "url": "https://example.com/",
    "password": "kolbasa-i-syr-8",
}
# Tables of rows, and numbered fields: only the first row is filled in, a second would repeat it.
FURTHER = re.compile(r"-[1-9][0-9]*-|_[2-9]$")


def plausible(control: Control) -> list[Any]:
    """What stands in the control already, else the first choice, else what fits its name, else its kind."""
    if any(control.values) or control.is_hidden:
        return control.values
    if control.options is not None:
        return [value for value in control.options if value][:1] if control.required else []
    if FURTHER.search(control.name):
        return []
    if control.kind == "file":
        return [SimpleUploadedFile("goods.csv", "Артикул;Название\nmug;Кружка\n".encode())]
    name = control.name.rpartition("-")[2].removesuffix("_1")
    return [BY_NAME.get(name, BY_KIND.get(control.kind, "7"))]

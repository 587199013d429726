"""A 1C of our own: speaks the protocol as configurations do, and writes small packages."""

import base64
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from django.test import Client

from exchange.models import Message
from exchange.services import imports
from exchange.types import Direction, MessageState
from merchants.models import Merchant
from merchants.scope import scope

URL = "/1c/exchange"
CATALOGUE = "c0000000-0000-4000-8000-000000000001"
RETAIL = "a0000000-0000-4000-8000-000000000001"
MAIN = "b0000000-0000-4000-8000-000000000001"
SHOP = "b0000000-0000-4000-8000-000000000002"


def guid(number: int, kind: str = "d") -> str:
    return f"{kind}{number:07d}-0000-4000-8000-000000000000"


@dataclass
class OneC:
    """One base of 1C: `login` and `secret` as the wizard shows them; brings a cookie along or proves itself anew."""

    login: str
    secret: str
    client: Client = field(default_factory=Client)
    cookie: str = ""
    sessid: str = ""
    with_cookie: bool = True
    post: bool = False
    work: bool = True  # play the worker between two askings

    def ask(self, kind: str, mode: str, body: bytes | None = None, **query: str) -> Any:
        headers: dict[str, Any] = {}
        self.client.cookies.clear()  # 1C keeps no jar
        if mode == "checkauth" or not self.with_cookie:
            told = base64.b64encode(f"{self.login}:{self.secret}".encode()).decode()
            headers["HTTP_AUTHORIZATION"] = f"Basic {told}"
        if self.cookie and self.with_cookie:
            headers["HTTP_COOKIE"] = f"bo1c={self.cookie}"
        address = (
            URL + "?" + "&".join(f"{name}={value}" for name, value in {"type": kind, "mode": mode, **query}.items())
        )
        if body is not None or self.post:
            return self.client.post(address, body or b"", content_type="application/octet-stream", **headers)
        return self.client.get(address, **headers)

    def say(self, kind: str, mode: str, body: bytes | None = None, **query: str) -> str:
        answer = self.ask(kind, mode, body, **query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def begin(self, kind: str = "catalog", version: str = "") -> None:
        self.cookie = ""
        lines = self.say(kind, "checkauth").splitlines()
        assert lines[:2] == ["success", "bo1c"], lines
        self.cookie, self.sessid = lines[2], lines[3].removeprefix("sessid=")
        more = {"sessid": self.sessid, "version": version} if version else {}
        assert self.say(kind, "init", None, **more).startswith("zip=")

    def send(self, name: str, document: bytes, *, kind: str = "catalog", part: int = 0) -> str:
        """Upload and import; gives the final answer."""
        for start in range(0, len(document), part or len(document)):
            answer = self.say(kind, "file", document[start : start + (part or len(document))], filename=name)
            if answer != "success":
                return answer
        return self.have_imported(name, kind=kind)

    def have_imported(self, name: str, *, kind: str = "catalog") -> str:
        for _time in range(20):
            answer = self.say(kind, "import", filename=name)
            if not answer.startswith("progress"):
                return answer
            if self.work:
                work()
        raise AssertionError("no end of progress")


def work() -> None:
    """What the worker does: every waiting package, the oldest first."""
    for merchant_id, message_id in waiting():
        imports.run(message_id=message_id, merchant_id=merchant_id)


def waiting() -> list[tuple[int, int]]:
    found = []
    for merchant_id in Merchant.objects.values_list("pk", flat=True):
        with scope([merchant_id]):
            rows = Message.objects.filter(
                merchant_id=merchant_id, direction=Direction.IN, state=MessageState.WAITING
            ).order_by("pk")
            found += [(merchant_id, pk) for pk in rows.values_list("pk", flat=True)]
    return found


def document(*parts: str, version: str = "2.07", namespace: str = "urn:1C.ru:commerceml_2") -> bytes:
    given = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<КоммерческаяИнформация{given} ВерсияСхемы="{version}"'
        f' ДатаФормирования="2026-11-24T10:00:00">\n{"".join(parts)}</КоммерческаяИнформация>\n'
    ).encode("utf-8-sig")


def classifier(*parts: str) -> str:
    return f"<Классификатор><Ид>{CATALOGUE}</Ид><Наименование>Товары</Наименование>{''.join(parts)}</Классификатор>\n"


def group(number: int, name: str, *inner: str) -> str:
    below = f"<Группы>{''.join(inner)}</Группы>" if inner else ""
    return f"<Группа><Ид>{guid(number, 'e')}</Ид><Наименование>{escape(name)}</Наименование>{below}</Группа>"


def good(number: int | str, name: str = "", *more: str, article: str = "", barcode: str = "", **attributes: str) -> str:
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    key = guid(number) if isinstance(number, int) else number
    return (
        f"<Товар{told}>\n<Ид>{key}</Ид>\n"
        + (f"<Штрихкод>{barcode}</Штрихкод>\n" if barcode else "")
        + (f"<Артикул>{escape(article)}</Артикул>\n" if article else "")
        + f"<Наименование>{escape(name or f'Товар {number}')}</Наименование>{''.join(more)}</Товар>\n"
    )


def catalogue(*goods: str, changes: bool = False, ident: str = CATALOGUE) -> str:
    return (
        f'<Каталог СодержитТолькоИзменения="{"true" if changes else "false"}"><Ид>{ident}</Ид>'
        f"<Наименование>Товары</Наименование><Товары>{''.join(goods)}</Товары></Каталог>\n"
    )


PRICE_TYPES = (
    f"<ТипыЦен><ТипЦены><Ид>{RETAIL}</Ид><Наименование>Розничная</Наименование><Валюта>руб</Валюта></ТипЦены></ТипыЦен>"
)
STORES = (
    f"<Склады><Склад><Ид>{MAIN}</Ид><Наименование>Главный склад</Наименование></Склад>"
    f"<Склад><Ид>{SHOP}</Ид><Наименование>Магазин</Наименование></Склад></Склады>"
)


def offer(number: int, name: str = "", *more: str, char: int | None = None) -> str:
    key = guid(number) + (f"#{guid(char, 'f')}" if char is not None else "")
    told = f"<Наименование>{escape(name)}</Наименование>" if name else ""
    return f"<Предложение>\n<Ид>{key}</Ид>{told}{''.join(more)}</Предложение>\n"


def price(amount: str, kind: str = RETAIL) -> str:
    return (
        f"<Цены><Цена><Представление>{amount} руб</Представление><ИдТипаЦены>{kind}</ИдТипаЦены>\n"
        f"<ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу><Валюта>руб</Валюта></Цена></Цены>"
    )


def rest(**stores: str) -> str:
    """The shape with attributes: `rest(main="3", shop="0")`, with the total before it."""
    names = {"main": MAIN, "shop": SHOP}
    total = sum(int(pieces) for pieces in stores.values())
    return f"<Количество>{total}</Количество>" + "".join(
        f'<Склад ИдСклада="{names[name]}" КоличествоНаСкладе="{pieces}"/>' for name, pieces in stores.items()
    )


def package(*offers: str, changes: bool = False, ident: str = CATALOGUE, head: str = PRICE_TYPES + STORES) -> str:
    return (
        f'<ПакетПредложений СодержитТолькоИзменения="{"true" if changes else "false"}"><Ид>{ident}#</Ид>'
        f"<Наименование>Пакет</Наименование><ИдКаталога>{ident}</ИдКаталога>{head}"
        f"<Предложения>{''.join(offers)}</Предложения></ПакетПредложений>\n"
    )


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), body)
    return content.getvalue()

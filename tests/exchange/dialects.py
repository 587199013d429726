"""
Packages as configurations of seven versions write them, made independently of what reads them.

An assortment is what there is to tell; a dialect is how it is told.  `files` gives (name, document) in the order of a
whole exchange; any other order must end the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.exchange.onec import CATALOGUE, guid

VERSIONS = ("2.03", "2.04", "2.05", "2.07", "2.08", "2.10", "3.1")
NAMESPACES = {
    "2.03": [""],
    "2.04": ["", "cml"],
    "2.05": ["", "urn:1C.ru:commerceml 2"],
    "2.07": ["urn:1C.ru:commerceml_2", ""],
    "2.08": ["urn:1C.ru:commerceml_2", "urn:1C.ru:commerceml_210"],
    "2.10": ["urn:1C.ru:commerceml_210", ""],
    "3.1": ["urn:1C.ru:commerceml_3"],
}
ONE_STORE = ("total", "bare")  # shapes that name no warehouse
SHAPES = {
    "2.03": ["total"],
    "2.04": ["total"],
    "2.05": ["total", "attributes"],
    "2.07": ["attributes", "attributes of Склады", "elements"],
    "2.08": ["attributes", "rests", "rests beside", "bare"],
    "2.10": ["rests", "rests beside", "attributes", "bare"],
    "3.1": ["rests", "rests beside"],
}


@dataclass(frozen=True)
class Article:
    """A good, or one characteristic of it; amounts by number of the price type, pieces by number of the warehouse."""

    good: int
    char: int
    name: str
    amounts: tuple[Decimal, ...]
    pieces: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str]:
        return guid(self.good), guid(self.char, "f") if self.char else ""


@dataclass(frozen=True)
class Dialect:
    version: str
    encoding: str = "utf-8-sig"
    namespace: str = ""
    prefixed: bool = False
    newline: str = "\n"
    shape: str = "attributes"
    chars: str = "sharp"  # sharp, separate, goods (a Товар for each characteristic)
    changes: str | None = "false"
    numbers: str = "plain"  # plain, comma, spaced
    catalogue_first: bool = False
    head: str = field(default="", compare=False)

    @property
    def split(self) -> bool:
        return self.version in ("2.08", "2.10", "3.1")


@st.composite
def articles(draw: st.DrawFn) -> list[Article]:
    words = st.text("АБВгдеёжз ABC&<>\"'#()«»0123456789", min_size=1, max_size=12).map(lambda text: f"Т{text.strip()}")
    amount = st.decimals(0, 9_999_999, places=2)
    found = []
    for good in range(1, draw(st.integers(1, 4)) + 1):
        name = draw(words)
        for char in range(1, draw(st.sampled_from([0, 0, 1, 3])) + 1) or (0,):
            found.append(
                Article(
                    good,
                    good * 10 + char if char else 0,
                    name,
                    tuple(draw(st.lists(amount, min_size=2, max_size=2))),
                    tuple(draw(st.lists(st.integers(0, 9000), min_size=2, max_size=2))),
                )
            )
    return found


@st.composite
def dialects(draw: st.DrawFn, version: str) -> Dialect:
    namespace = draw(st.sampled_from(NAMESPACES[version]))
    return Dialect(
        version=version,
        encoding=draw(st.sampled_from(["utf-8-sig", "utf-8", "cp1251", "lying"])),
        namespace=namespace,
        prefixed=bool(namespace) and " " not in namespace and draw(st.booleans()),
        newline=draw(st.sampled_from(["\n", "\r\n", ""])),
        shape=draw(st.sampled_from(SHAPES[version])),
        chars=draw(st.sampled_from(["sharp", "separate", "goods"])),
        changes=draw(st.sampled_from(["false", "true", "0", "1", None])),
        numbers=draw(st.sampled_from(["plain", "comma", "spaced"])),
        catalogue_first=version == "3.1" and draw(st.booleans()),
    )


def files(told: list[Article], dialect: Dialect) -> list[tuple[str, bytes]]:
    words, classified = _classifier(dialect), _catalogue(told, dialect)
    if dialect.version == "3.1":
        parts = {
            "groups": _in_classifier(_groups()),
            "priceLists": _in_classifier(_price_types()),
            "storages": _in_classifier(_stores()),
            "goods": classified + _in_classifier("") if dialect.catalogue_first else classified,
        }
    else:
        parts = {"import": words + classified}
    parts["offers"] = _package(told, dialect, "names" if dialect.split else "names prices rests")
    if dialect.split:
        parts |= {name: _package(told, dialect, name) for name in ("prices", "rests")}
    return [(_name(part, dialect), document(text, dialect)) for part, text in parts.items()]


def document(text: str, dialect: Dialect) -> bytes:
    """A whole document of these parts, in the letters of the dialect."""
    tag = "КоммерческаяИнформация"
    if dialect.namespace:
        given = f' xmlns{":c" if dialect.prefixed else ""}="{dialect.namespace}"'
    else:
        given = ""
    body = f'<{tag} ВерсияСхемы="{dialect.version}" ДатаФормирования="2026-11-24T10:00:00">\n{text}</{tag}>\n'
    if dialect.prefixed:
        body = body.replace("</", "\0").replace("<", "<c:").replace("\0", "</c:")
    body = body.replace(f"{tag} ", f"{tag}{given} ", 1).replace("\n", dialect.newline)
    letters = {"cp1251": "windows-1251", "lying": "windows-1251"}.get(dialect.encoding, "UTF-8")
    whole = f'<?xml version="1.0" encoding="{letters}"?>{dialect.newline}{body}'
    return whole.encode("utf-8" if dialect.encoding == "lying" else dialect.encoding, "xmlcharrefreplace")


def _name(part: str, dialect: Dialect) -> str:
    if dialect.version == "3.1":
        return f"{part}_1_5_6f1c0b52-0f4d-4b5b-9c3d-{len(part):012d}.xml"
    return {"2.08": f"{part}0_1.xml", "2.10": f"{part}___6f1c0b52-0f4d-4b5b-9c3d-000000000001.xml"}.get(
        dialect.version, f"{part}.xml"
    )


def _classifier(dialect: Dialect) -> str:
    named = _price_types() + _stores() if dialect.version in ("2.07", "2.10") else ""
    return _in_classifier(_groups() + named)


def _in_classifier(text: str) -> str:
    return (
        f"<Классификатор><Ид>{CATALOGUE}</Ид><Наименование>Классификатор</Наименование>\n"
        f"<Владелец><Ид>{guid(1, '9')}</Ид><Наименование>ООО «Ромашка»</Наименование></Владелец>\n"
        f"{text}</Классификатор>\n"
    )


def _groups() -> str:
    return f"<Группы><Группа><Ид>{guid(1, 'e')}</Ид><Наименование>Всё</Наименование><Группы/></Группа></Группы>\n"


def _price_types() -> str:
    rows = (
        f"<ТипЦены><Ид>{guid(n, 'a')}</Ид><Наименование>Вид {n}</Наименование><Валюта>{money}</Валюта></ТипЦены>\n"
        for n, money in ((1, "руб"), (2, "RUB"))
    )
    return f"<ТипыЦен>{''.join(rows)}</ТипыЦен>\n"


def _stores() -> str:
    rows = (f"<Склад><Ид>{guid(n, 'b')}</Ид><Наименование>Склад {n}</Наименование></Склад>\n" for n in (1, 2))
    return f"<Склады>{''.join(rows)}</Склады>\n"


def _changes(dialect: Dialect) -> str:
    return f' СодержитТолькоИзменения="{dialect.changes}"' if dialect.changes is not None else ""


def _catalogue(told: list[Article], dialect: Dialect) -> str:
    goods = "".join(_goods(told, dialect))
    return (
        f"<Каталог{_changes(dialect)}><Ид>{CATALOGUE}</Ид><ИдКлассификатора>{CATALOGUE}</ИдКлассификатора>"
        f"<Наименование>Каталог</Наименование>\n<Товары>\n{goods}</Товары></Каталог>\n"
    )


def _goods(told: list[Article], dialect: Dialect) -> Iterator[str]:
    seen = set()
    for one in told:
        if dialect.chars != "goods" and one.good in seen:
            continue
        seen.add(one.good)
        key = _key(one, dialect) if dialect.chars == "goods" else f"<Ид>{guid(one.good)}</Ид>"
        weight = (
            "<Вес>0.35</Вес>"
            if dialect.version in ("2.08", "3.1")
            else "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Вес</Наименование><Значение>0,35</Значение>"
            "</ЗначениеРеквизита></ЗначенияРеквизитов>"
        )
        mark = "<ПометкаУдаления>false</ПометкаУдаления>" if dialect.split else ""
        yield (
            f"<Товар>\n{key}{mark}<Артикул>A-{one.good}</Артикул><Наименование>{escape(one.name)}</Наименование>\n"
            f'<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт</БазоваяЕдиница>'
            f"<Группы><Ид>{guid(1, 'e')}</Ид></Группы>{weight}</Товар>\n"
        )


def _key(one: Article, dialect: Dialect) -> str:
    good, char = one.key
    if char and dialect.chars == "separate":
        return f"<Ид>{good}</Ид><ИдХарактеристики>{char}</ИдХарактеристики>"
    return f"<Ид>{good}{'#' if char else ''}{char}</Ид>"


def _package(told: list[Article], dialect: Dialect, what: str) -> str:
    tag = "ИзмененияПакетаПредложений" if dialect.changes == "1" and dialect.version != "2.03" else "ПакетПредложений"
    changes = "" if tag.startswith("Изм") else _changes(dialect)
    head = "" if dialect.version == "3.1" or what in ("prices", "rests") else _price_types() + _stores()
    offers = "".join(_offer(one, dialect, what) for one in told)
    return (
        f"<{tag}{changes}><Ид>{CATALOGUE}#</Ид><Наименование>Пакет</Наименование><ИдКаталога>{CATALOGUE}</ИдКаталога>\n"
        f"{head}<Предложения>\n{offers}</Предложения></{tag}>\n"
    )


def _offer(one: Article, dialect: Dialect, what: str) -> str:
    variant = f" ({one.char})" if one.char else ""
    name = f"<Наименование>{escape(one.name + variant)}</Наименование>\n" if "names" in what else ""
    priced = f"<Цены>{''.join(_prices(one, dialect))}</Цены>" if "prices" in what else ""
    rests = _rests(one, dialect) if "rests" in what else ""
    return f"<Предложение>\n{_key(one, dialect)}{name}{priced}{rests}</Предложение>\n"


def _prices(one: Article, dialect: Dialect) -> Iterator[str]:
    for n, amount in enumerate(one.amounts, 1):
        yield (
            f"<Цена><Представление>{amount} руб. за шт</Представление><ИдТипаЦены>{guid(n, 'a')}</ИдТипаЦены>\n"
            f"<ЦенаЗаЕдиницу>{_number(amount, dialect)}</ЦенаЗаЕдиницу><Валюта>руб</Валюта><Единица>шт</Единица>"
            "<Коэффициент>1</Коэффициент></Цена>\n"
        )


def _number(value: Decimal | int, dialect: Dialect) -> str:
    if dialect.numbers == "plain":
        return str(value)
    text = f"{value:,}".replace(",", " " if dialect.numbers == "spaced" else "")
    return text.replace(".", ",")


def _rests(one: Article, dialect: Dialect) -> str:
    shape = dialect.shape
    stores = [(guid(n, "b"), _number(pieces, dialect)) for n, pieces in enumerate(one.pieces, 1)]
    total = f"<Количество>{_number(sum(one.pieces), dialect)}</Количество>"
    if shape == "total":
        return total
    if shape == "bare":
        return f"<Остатки><Остаток>{_number(sum(one.pieces), dialect)}</Остаток></Остатки>"
    if shape.startswith("attributes"):
        tag = "Склады" if shape.endswith("Склады") else "Склад"
        return total + "".join(f'<{tag} ИдСклада="{key}" КоличествоНаСкладе="{told}"/>\n' for key, told in stores)
    if shape == "elements":
        return "".join(
            f"<Склад><ИдСклада>{key}</ИдСклада><КоличествоНаСкладе>{told}</КоличествоНаСкладе></Склад>\n"
            for key, told in stores
        )
    inner = (
        "<Остаток><Склад><Ид>{}</Ид><Количество>{}</Количество></Склад></Остаток>\n"
        if shape == "rests"
        else "<Остаток><Склад><Ид>{}</Ид></Склад><Количество>{}</Количество></Остаток>\n"
    )
    return f"<Остатки>{''.join(inner.format(*store) for store in stores)}</Остатки>"

"""
CommerceML 2.03–3.1 in: bytes → words, goods, offers and orders, one at a time, in constant memory.

Names are compared without namespaces, and the content decides, never the file's name or the stated version.
Source: «Логическое описание CommerceML» 2.08–2.10; 3.x as the БУС module writes it.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from exchange.errors import CannotRead
from exchange.formats import values
from exchange.formats.document import read_document
from exchange.formats.source import ROOT, Source
from exchange.formats.tree import child, line_of, lines_of, local, short, text, texts
from exchange.types import Good, Head, Offer, Trouble, Word, WordKind

Entry = Word | Good | Offer | Trouble | Any

# What is read whole; each is small by nature.  Everything else only holds them.
_WHOLE = ("Группа", "Свойство", "ТипЦены", "Склад", "ЕдиницаИзмерения", "Категория", "Товар", "Предложение", "Документ")
_CLASSIFIER = frozenset({"Классификатор", "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений"})
_LISTS = {"Группы": "Группа", "Свойства": "Свойство", "ТипыЦен": "ТипЦены", "Склады": "Склад",
          "ЕдиницыИзмерения": "ЕдиницаИзмерения", "Категории": "Категория"}  # fmt: skip
_MAX_GROUP_DEPTH = 50


class Reader:
    """
    Iterate to get entries; `head` is filled on the way and whole at the end.

    known: names of properties and of their values by id, told in earlier packages; grows with this one.
    :raises CannotRead: while iterating: the document is cut, broken or hostile
    """

    def __init__(self, file: IO[bytes], *, known: dict[str, str] | None = None) -> None:
        self.head = Head()
        self.known = known if known is not None else {}
        self._source = Source(file)
        self._n = 0
        self._container: etree._Element | None = None
        self._containers = 0

    def __iter__(self) -> Iterator[Entry]:
        try:
            yield from self._entries()
        except etree.XMLSyntaxError as reason:
            raise CannotRead(_broken(reason)) from reason

    def _entries(self) -> Iterator[Entry]:
        tags = [f"{{*}}{name}" for name in (*_WHOLE, ROOT, *sorted(_CLASSIFIER), "Ид", "ИдКаталога")]
        events = etree.iterparse(
            self._source,
            events=("start", "end"),
            tag=tags,
            encoding=self._source.encoding,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        inside: etree._Element | None = None
        for event, element in events:
            if inside is not None:
                if event == "end" and element is inside:
                    yield from self._read(element)
                    inside = None
                    _forget(element)
                continue
            name = local(element)
            if event == "start":
                self._look_at(name, element)
                if name in _WHOLE and self._is_wanted(name, element):
                    inside = element
            elif name in ("Ид", "ИдКаталога"):
                self._catalogue(name, element)

    def _look_at(self, name: str, element: etree._Element) -> None:
        if name == ROOT:
            self.head.version = (element.get("ВерсияСхемы") or "")[:10]
            if element.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
                raise CannotRead(_("The document declares a DOCTYPE or entities; 1C never does, so it is refused."))
        elif name in _CLASSIFIER:
            changes = element.get("СодержитТолькоИзменения")
            if name in ("Каталог", "ПакетПредложений") and changes is not None:
                self.head.full = not values.truth(changes)
            elif name == "ИзмененияПакетаПредложений":
                self.head.full = False

    def _is_wanted(self, name: str, element: etree._Element) -> bool:
        holder = element.getparent()
        if holder is None:
            return False
        if name == "Документ":
            return True
        where, above = local(holder), local(holder.getparent())
        if name in ("Товар", "Предложение"):
            return where in ("Товары", "Предложения") and above in _CLASSIFIER
        return _LISTS.get(where) == name and above in _CLASSIFIER

    def _catalogue(self, name: str, element: etree._Element) -> None:
        """The catalogue's own id: `ИдКаталога` of a package, else the id of the catalogue itself."""
        holder = local(element.getparent())
        if (holder, name) == ("Каталог", "Ид") or (holder in _CLASSIFIER and name == "ИдКаталога"):
            self.head.catalogue = values.identifier(element.text or "").strip("#")

    def _read(self, element: etree._Element) -> Iterator[Entry]:
        name = local(element)
        if name in ("Товар", "Предложение", "Документ"):
            self._n += 1
            self.head.parts.add({"Товар": "goods", "Предложение": "offers", "Документ": "orders"}[name])
            try:
                yield _OBJECTS[name](self, self._n, element)
            except _Wrong as wrong:
                subject = f"{name} {short(element, 'Наименование') or short(element, 'Ид')}"
                yield Trouble(self._n, line_of(element), subject[:400], wrong.field, wrong.text)
        else:
            self.head.parts.add("words")
            yield from _WORDS[name](self, element)

    # Dictionaries

    def _groups(self, element: etree._Element, parent: str = "", depth: int = 0) -> Iterator[Word]:
        group = values.identifier(short(element, "Ид"))
        if group and depth < _MAX_GROUP_DEPTH:
            yield _word(WordKind.GROUP, element, parent=parent)
            inner = child(element, "Группы")
            for one in inner if inner is not None else ():
                if local(one) == "Группа":
                    yield from self._groups(one, group, depth + 1)

    def _property(self, element: etree._Element) -> Iterator[Word]:
        word = _word(WordKind.PROPERTY, element)
        self.known[word.external_id] = word.name
        yield word
        for variant in lines_of(element, "ВариантыЗначений"):
            value = _word(WordKind.VALUE, variant, parent=word.external_id, id_tag="ИдЗначения", name_tag="Значение")
            if value.external_id:
                self.known[value.external_id] = value.name
                yield value

    def _price_type(self, element: etree._Element) -> Iterator[Word]:
        yield _word(WordKind.PRICE_TYPE, element, extra=values.currency(short(element, "Валюта")))

    def _warehouse(self, element: etree._Element) -> Iterator[Word]:
        if element.get("ИдСклада") is None:
            yield _word(WordKind.WAREHOUSE, element)

    def _unit(self, element: etree._Element) -> Iterator[Word]:
        yield _word(WordKind.UNIT, element, name_tag="НаименованиеКраткое", extra=short(element, "Код"))

    def _category(self, element: etree._Element) -> Iterator[Word]:
        yield _word(WordKind.GROUP, element)

    # Objects

    def _good(self, n: int, element: etree._Element) -> Good:
        good, char = values.split_id(short(element, "Ид"))
        char = char or values.identifier(short(element, "ИдХарактеристики"))
        if not good:
            raise _Wrong("Ид", _("The good has no id."))
        deleted = _is_deleted(element)
        name = short(element, "Наименование")
        if not name and not deleted:
            raise _Wrong("Наименование", _("The good has no name."))
        requisites = _requisites(element)
        found = Good(n, line_of(element), good, char, name[:500])
        found.article = short(element, "Артикул")[:100]
        found.code = requisites.get("код", "")[:100]
        found.variant = _variant(element, name) if char else ""
        found.barcodes = _barcodes(element, requisites)
        found.unit = _unit_of(element)
        found.group = next(iter(_ids(element, "Группы")), "") or values.identifier(short(element, "Категория"))
        found.description = requisites.get("описаниевформатеhtml") or short(element, "Описание")
        found.brand = (short(child(element, "Изготовитель"), "Наименование") or short(element, "ТорговаяМарка"))[:200]
        found.vat = _vat(element)
        found.weight_g = _weight(requisites.get("вес", "") or short(element, "Вес"))
        found.attributes = dict(self._attributes(element))
        found.pictures = [path for path in texts(element, "Картинка") if path]
        found.deleted = deleted
        return found

    def _offer(self, n: int, element: etree._Element) -> Offer:
        good, char = values.split_id(short(element, "Ид"))
        char = char or values.identifier(short(element, "ИдХарактеристики"))
        if not good:
            raise _Wrong("Ид", _("The offer has no id."))
        name = short(element, "Наименование")
        found = Offer(n, line_of(element), good, char, name[:500])
        found.article = short(element, "Артикул")[:100]
        found.variant = _variant(element, name) if char else ""
        found.barcodes = _barcodes(element, {})
        found.deleted = _is_deleted(element)
        found.prices = list(_prices(element))
        found.rests, found.others_zero = _rests(element)
        if found.prices:
            self.head.parts.add("prices")
        if found.rests or found.others_zero:
            self.head.parts.add("rests")
        return found

    def _document(self, n: int, element: etree._Element) -> Any:
        holder = element.getparent()
        if holder is not self._container:
            self._container, self._containers = holder, self._containers + 1
        return read_document(n, element, self._containers if local(holder) == "Контейнер" else 0)

    def _attributes(self, element: etree._Element) -> Iterator[tuple[str, str]]:
        for one in lines_of(element, "ЗначенияСвойств"):
            key = values.identifier(short(one, "Ид"))
            told = [value for value in texts(one, "Значение") if values.identifier(value)]
            if key and told:
                words = ", ".join(self.known.get(value, value) for value in told)
                yield self.known.get(key, key)[:200], words[:2000]


class _Wrong(ValueError):
    """A field of an object cannot be taken."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


_OBJECTS: dict[str, Callable[[Reader, int, etree._Element], Any]] = {
    "Товар": Reader._good,
    "Предложение": Reader._offer,
    "Документ": Reader._document,
}
_WORDS: dict[str, Callable[[Reader, etree._Element], Iterator[Word]]] = {
    "Группа": Reader._groups,
    "Свойство": Reader._property,
    "ТипЦены": Reader._price_type,
    "Склад": Reader._warehouse,
    "ЕдиницаИзмерения": Reader._unit,
    "Категория": Reader._category,
}


def _broken(reason: etree.XMLSyntaxError) -> str:
    """Where the document stops being one, without the parser's own coordinates."""
    line, why = int(reason.lineno or 0), str(reason.msg or "").partition(", line ")[0][:200]
    if not why or why.startswith("Premature end"):
        return _("The document is cut at line %(line)d: the rest has not come. Nothing of it was applied.") % {
            "line": line
        }
    return _("The document is damaged at line %(line)d: %(why)s. Nothing of it was applied.") % {
        "line": line,
        "why": why,
    }


def _forget(element: etree._Element) -> None:
    """Free what has been read; without it the whole document would grow in memory."""
    element.clear()
    holder = element.getparent()
    if holder is not None:
        while element.getprevious() is not None:
            del holder[0]


def _word(
    kind: WordKind,
    element: etree._Element,
    *,
    parent: str = "",
    extra: str = "",
    id_tag: str = "Ид",
    name_tag: str = "Наименование",
) -> Word:
    return Word(
        kind.value,
        values.identifier(short(element, id_tag)),
        short(element, name_tag)[:500],
        parent,
        extra[:80],
        _is_deleted(element),
    )


def _is_deleted(element: etree._Element) -> bool:
    status = element.get("Статус") or short(element, "Статус")
    return values.truth(short(element, "ПометкаУдаления")) or status.strip().lower() in ("удален", "удалён")


def _requisites(element: etree._Element) -> dict[str, str]:
    return {
        short(one, "Наименование").replace(" ", "").lower(): short(one, "Значение")
        for one in lines_of(element, "ЗначенияРеквизитов")
    }


def _ids(element: etree._Element, holder: str) -> Iterator[str]:
    found = child(element, holder)
    for one in texts(found, "Ид") if found is not None else ():
        if key := values.identifier(one):
            yield key


def _unit_of(element: etree._Element) -> str:
    unit = child(element, "БазоваяЕдиница")
    return "" if unit is None else (unit.get("Код") or text(unit)).strip()[:80]


def _barcodes(element: etree._Element, requisites: dict[str, str]) -> list[str]:
    told = [code.strip() for code in texts(element, "Штрихкод")]
    told += [code.strip() for code in requisites.get("штрихкод", "").split(",")]
    codes = list(dict.fromkeys(code for code in told if code))
    for code in codes:
        if len(code) > 80 or not code.isprintable():
            raise _Wrong("Штрихкод", _("“%(code)s” is no barcode.") % {"code": code[:40]})
    return codes


def _vat(element: etree._Element) -> str:
    for rate in lines_of(element, "СтавкиНалогов"):
        if short(rate, "Наименование").upper() in ("НДС", ""):
            return values.vat_code(short(rate, "Ставка"))
    return ""


def _weight(told: str) -> int | None:
    """Kilograms as 1C writes them → grams; what is no weight is left out."""
    try:
        grams = int(values.number(told) * 1000) if told else 0
    except values.NotANumber:
        return None
    return grams if 0 < grams < 2**31 else None


def _variant(element: etree._Element, name: str) -> str:
    """The characteristic in words: what stands in the last brackets of the name, else its values."""
    if name.endswith(")"):
        depth, start = 0, len(name)
        while start:
            start -= 1
            depth += {")": 1, "(": -1}.get(name[start], 0)
            if not depth:
                break
        if words := name[start + 1 : -1].strip():
            return words[:200]
    told = [short(one, "Значение") for one in lines_of(element, "ХарактеристикиТовара")]
    # 1C writes -999 999 999,9 for a number that was never filled in.
    return ", ".join(value for value in told if value and not value.startswith("-999"))[:200]


def _prices(element: etree._Element) -> Iterator[tuple[str, Decimal, str]]:
    for one in lines_of(element, "Цены"):
        told = short(one, "ЦенаЗаЕдиницу")
        if not told:
            continue
        amount = _number(told, "ЦенаЗаЕдиницу")
        # The price of a package of several base units, as the standard says; ours is of one piece.
        ratio = _number(short(one, "Коэффициент") or "1", "Коэффициент")
        if ratio > 0 and ratio != 1:
            amount /= ratio
        if not 0 <= amount < 10**12:
            raise _Wrong("ЦенаЗаЕдиницу", _("The price %(told)s cannot be.") % {"told": told[:40]})
        yield values.identifier(short(one, "ИдТипаЦены")), amount, values.currency(short(one, "Валюта"))


def _rests(element: etree._Element) -> tuple[list[tuple[str, int]], bool]:
    """
    The three shapes: `Склад` by attributes or elements, `Остатки/Остаток[/Склад]`, a bare `Количество`.

    Returns rests by warehouse ("" for none named), and whether warehouses that are not named hold nothing.  A warehouse
    of which no quantity is told says nothing: it is never taken for an empty one.
    """
    by_warehouse: dict[str, Decimal] = {}
    unnamed: Decimal | None = None

    def lies(key: str, told: str | None) -> None:
        if key and told is not None:
            by_warehouse[key] = by_warehouse.get(key, Decimal(0)) + _pieces(told or "0")

    for store in _stores(element):
        lies(*_store(store))
    for rest in lines_of(element, "Остатки"):
        stores = [one for one in rest if local(one) == "Склад"]
        beside = _first(rest, "Количество")
        for store in stores:
            key, told = _store(store)
            lies(key, beside if told is None and len(stores) == 1 else told)
        if not stores and (said := beside or text(rest)):
            unnamed = (unnamed or Decimal(0)) + _pieces(said)
    total = _pieces(said) if (said := short(element, "Количество")) else None
    if by_warehouse:
        others_zero = total is not None and total == sum(by_warehouse.values())
        return [(key, int(pieces)) for key, pieces in by_warehouse.items()], others_zero
    total = unnamed if unnamed is not None else total
    if total is None:
        return [], False
    return ([], True) if total == 0 else ([("", int(total))], False)


def _stores(element: etree._Element) -> Iterator[etree._Element]:
    """Warehouses that stand in the offer itself; `Склады` is one in some versions and a list of them in others."""
    for one in element.iterchildren("{*}Склад", "{*}Склады"):
        inner = [store for store in one if local(store) == "Склад"]
        yield from inner or [one]


def _store(element: etree._Element) -> tuple[str, str | None]:
    """Id of a warehouse and the quantity that is told of it."""
    key = element.get("ИдСклада") or short(element, "ИдСклада") or short(element, "Ид")
    told = element.get("КоличествоНаСкладе")
    for name in ("КоличествоНаСкладе", "Количество"):
        told = _first(element, name) if told is None else told
    return values.identifier(key), told


def _first(element: etree._Element, name: str) -> str | None:
    """The trimmed text of the first child of this name; None: there is none."""
    found = child(element, name)
    return None if found is None else text(found)


def _pieces(told: str) -> Decimal:
    """Pieces, not below zero; fractions are cut where pieces are counted."""
    pieces = _number(told, "Количество")
    if pieces >= 2**31:
        raise _Wrong("Количество", _("The quantity %(told)s cannot be.") % {"told": told[:40]})
    return max(pieces, Decimal(0))


def _number(told: str, field: str) -> Decimal:
    try:
        return values.number(told)
    except values.NotANumber as reason:
        raise _Wrong(field, _("“%(told)s” is not a number.") % {"told": told[:40]}) from reason

"""Dictionaries of 1C: groups become categories, price types and warehouses find or make ours."""

import json
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from catalog.errors import PriceTypeInUse
from catalog.models import Category, PriceType
from catalog.services import price_type
from exchange.formats import values
from exchange.models import Connection, Word
from exchange.services.tally import Tally
from exchange.types import Field, WordKind
from exchange.types import Word as Told
from merchants.models import Merchant
from stock.selectors import place
from stock.services import premises

_KNOWN_AT_ONCE = 200_000


def known_names(source: Connection) -> dict[str, str]:
    """Names of properties and of their values by id."""
    rows = Word.objects.filter(connection=source, kind__in=[WordKind.PROPERTY, WordKind.VALUE])
    return dict(rows.values_list("external_id", "name")[:_KNOWN_AT_ONCE])


def apply_words(source: Connection, words: Sequence[Told], tally: Tally) -> None:
    """Store the entries that were told and tie those that mean something of ours; runs inside a transaction."""
    last = {(word.kind, word.external_id): word for word in words}
    Word.objects.bulk_create(
        [
            Word(
                merchant_id=source.merchant_id,
                connection=source,
                kind=word.kind,
                external_id=word.external_id,
                name=word.name,
                parent=word.parent,
                extra=word.extra,
                deleted=word.deleted,
            )
            for _key, word in sorted(last.items())
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["connection", "kind", "external_id"],
        update_fields=["name", "parent", "extra", "deleted"],
    )
    tally.add("words", len(last))
    kinds = {kind for kind, _id in last}
    if WordKind.GROUP in kinds:
        _tie_categories(source)
    if WordKind.PRICE_TYPE in kinds:
        _tie_price_types(source)
    if WordKind.WAREHOUSE in kinds:
        _tie_warehouses(source)
    names = {key: word.name for (kind, key), word in last.items() if kind in (WordKind.PROPERTY, WordKind.VALUE)}
    if names:
        _name_attributes(source, names)


def _tie_categories(source: Connection) -> None:
    """
    Categories by GUID, else by name under the same parent; parents before children.

    A category that was made here keeps its name; one of two with the same name under one parent gets its id appended.
    """
    words = list(Word.objects.filter(connection=source, kind=WordKind.GROUP).order_by("pk"))
    by_id = {word.external_id: word for word in words}
    guids = {word.external_id: values.guid(source.pk, word.external_id) for word in words}
    known = {row.guid: row for row in Category.objects.filter(merchant_id=source.merchant_id, guid__in=guids.values())}

    def depth(word: Word) -> int:
        steps, here = 0, word
        while here.parent in by_id and steps < 100:
            steps, here = steps + 1, by_id[here.parent]
        return steps

    changed = []
    for word in sorted(words, key=lambda word: (depth(word), word.pk)):
        parent = by_id.get(word.parent)
        parent_id = parent.category_id if parent is not None and parent is not word else None
        category = known.get(guids[word.external_id]) or _category(source, word, parent_id, guids[word.external_id])
        wanted = word.name[:200]
        if (category.name, category.parent_id) != (wanted, parent_id) and not _taken(
            source, wanted, parent_id, category
        ):
            category.name, category.parent_id = wanted, parent_id
            category.save(update_fields=["name", "parent"])
        if word.category_id != category.pk:
            word.category_id = category.pk
            changed.append(word)
    Word.objects.bulk_update(changed, ["category"], batch_size=1000)


def _taken(source: Connection, name: str, parent_id: int | None, but: Category) -> bool:
    same = Category.objects.filter(merchant_id=source.merchant_id, parent_id=parent_id, name=name)
    return same.exclude(pk=but.pk).exists()


def _category(source: Connection, word: Word, parent_id: int | None, guid: UUID) -> Category:
    name = word.name[:200] or word.external_id
    same = Category.objects.filter(merchant_id=source.merchant_id, parent_id=parent_id, name=name).first()
    if same is not None and same.guid is None:
        same.guid = guid
        same.save(update_fields=["guid"])
        return same
    if same is not None:
        name = f"{name[:110]} ({word.external_id})"
    return Category.objects.create(merchant_id=source.merchant_id, parent_id=parent_id, name=name, guid=guid)


def name_unknown(source: Connection) -> None:
    """
    Make entries for price types that prices name and no dictionary told of, and for warehouses alike; inside a
    transaction.

    A price type goes by its id until 1C tells its name.  A warehouse does only where the id is a word: what lies in one
    that is known by a GUID alone waits for its name, for it may well be one of ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'price_type', t.type, min(t.currency) FROM cml_price t GROUP BY t.type
             UNION ALL SELECT 'warehouse', r.store, '' FROM cml_rest r WHERE r.store <> '' GROUP BY r.store
            """
        )
        told = {(kind, key): extra for kind, key, extra in cursor.fetchall()}
    known = Word.objects.filter(connection=source, kind__in=["price_type", "warehouse"])
    loose = told.keys() - set(known.values_list("kind", "external_id"))
    if not source.onec_owns(Field.PRICE):
        loose = {pair for pair in loose if pair[0] != WordKind.PRICE_TYPE}
    loose = {(kind, key) for kind, key in loose if kind == WordKind.PRICE_TYPE or not values.is_guid(key)}
    Word.objects.bulk_create(
        [
            Word(merchant_id=source.merchant_id, connection=source, kind=kind, external_id=key, extra=told[kind, key])
            for kind, key in sorted(loose)
        ]
    )
    if loose:
        _tie_price_types(source)
        _tie_warehouses(source)


def _nameless(external_id: str) -> str:
    """What a price type is called whose name 1C has not told."""
    if values.is_guid(external_id):
        return _("1C price type %(id)s") % {"id": external_id[:8]}
    return external_id or _("1C price")


def _tie_price_types(source: Connection) -> None:
    """By GUID, else by name; a type of 1C that is here under neither is made, and named as soon as its name is told."""
    mine = Word.objects.filter(connection=source, kind=WordKind.PRICE_TYPE).order_by("pk")
    for word in mine.filter(price_type__isnull=False).exclude(name="").select_related("price_type"):
        known = word.price_type
        if known is not None and known.name == _nameless(word.external_id) != word.name[:100]:
            with suppress(PriceTypeInUse):
                price_type.change(row=known, name=word.name[:100], currency=known.currency, guid=None)
    for word in mine.filter(price_type=None):
        guid, name = values.guid(source.pk, word.external_id), word.name[:100] or _nameless(word.external_id)
        found = PriceType.objects.filter(merchant_id=source.merchant_id, guid=guid).first()
        if found is None:
            found, made = PriceType.objects.get_or_create(
                merchant_id=source.merchant_id, name=name, defaults={"guid": guid, "currency": word.extra or "RUB"}
            )
            if not made and found.guid is None:
                found.guid = guid
                found.save(update_fields=["guid"])
        word.price_type = found
        word.save(update_fields=["price_type"])


def _tie_warehouses(source: Connection) -> None:
    """By the name of a warehouse that serves this merchant already, else a new one: never somebody else's."""
    loose = Word.objects.filter(connection=source, kind=WordKind.WAREHOUSE, warehouse=None, deleted=False).order_by(
        "pk"
    )
    for word in loose:
        word.warehouse_id = own_warehouse(source, word.name or word.external_id)
        word.save(update_fields=["warehouse"])


def own_warehouse(source: Connection, name: str) -> int:
    """The id of the merchant's own warehouse of this name, made if there is none."""
    own = {row.name.lower(): row.pk for row in place.own_warehouses(source.merchant_id)}
    if name.lower() in own:
        return own[name.lower()]
    free = name[:100]
    if place.warehouse_named(free):
        free = f"{name[:60]} ({Merchant.objects.get(pk=source.merchant_id).name[:30]})"
        if free.lower() in own:
            return own[free.lower()]
    return int(premises.make_warehouse(name=free, merchant_ids=[source.merchant_id]).pk)


def _name_attributes(source: Connection, names: dict[str, str]) -> None:
    """Properties that came after their goods: ids in attributes become names."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_product p SET attributes = (
                   SELECT jsonb_object_agg(coalesce(%(names)s::jsonb ->> a.key, a.key),
                                           coalesce(%(names)s::jsonb -> (a.value #>> '{}'), a.value))
                     FROM jsonb_each(p.attributes) a)
              FROM exchange_item i
             WHERE i.connection_id = %(connection)s AND i.char = '' AND i.product_id = p.id
               AND EXISTS (SELECT FROM jsonb_each_text(p.attributes) a
                            WHERE a.key = ANY(%(keys)s) OR a.value = ANY(%(keys)s))
            """,
            {"names": json.dumps(names, ensure_ascii=False), "keys": list(names), "connection": source.pk},
        )


_DOUBTS = """
CREATE TEMPORARY TABLE cml_doubt AS
SELECT 'store not told' AS about
 WHERE EXISTS (SELECT FROM cml_rest r WHERE NOT EXISTS (SELECT FROM cml_store s WHERE s.store = r.store))
 UNION ALL
SELECT 'store untied'
 WHERE EXISTS (SELECT FROM cml_rest r JOIN cml_store s ON s.store = r.store WHERE s.warehouse_id IS NULL)
 UNION ALL
SELECT 'price type untied'
 WHERE EXISTS (SELECT FROM cml_price p WHERE NOT EXISTS (
               SELECT FROM exchange_word w WHERE w.connection_id = %(connection)s AND w.kind = 'price_type'
                  AND w.external_id = p.type AND w.price_type_id IS NOT NULL))
"""


def prepare_stores(source: Connection) -> None:
    """
    Make the temporary table cml_store: id of a warehouse in 1C → ours; "" stands for rests that name none.

    And cml_doubt: what has to be looked for in each chunk, because the package has some of it.  Runs inside a
    transaction, after `name_unknown`.
    """
    rows = list(
        Word.objects.filter(connection=source, kind=WordKind.WAREHOUSE).values_list("external_id", "warehouse_id")
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.cml_store")
        cursor.execute("CREATE TEMPORARY TABLE cml_store (store text, warehouse_id bigint)")
        cursor.execute("SELECT EXISTS (SELECT FROM cml_rest WHERE store = ''), EXISTS (SELECT FROM cml_rest)")
        unnamed, any_rest = cursor.fetchone()
        if unnamed and any_rest:
            rows.append(("", _without_name(source, [warehouse for _id, warehouse in rows if warehouse])))
        elif source.warehouse_id:
            rows.append(("", source.warehouse_id))
        for row in rows:
            cursor.execute("INSERT INTO cml_store VALUES (%s, %s)", row)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.cml_doubt")
        cursor.execute(_DOUBTS, {"connection": source.pk})


def _without_name(source: Connection, tied: list[int]) -> int:
    """Where rests go that name no warehouse: the one that is set, else the only one there is, else one is made."""
    if source.warehouse_id:
        return int(source.warehouse_id)
    own = [row.pk for row in place.own_warehouses(source.merchant_id)]
    if len(set(tied)) == 1:
        found = tied[0]
    elif len(own) == 1:
        found = own[0]
    else:
        found = own_warehouse(source, source.name)
    Connection.objects.filter(pk=source.pk).update(warehouse_id=found)
    source.warehouse_id = found
    return found

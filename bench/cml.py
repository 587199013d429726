"""
100,000 goods of 1C with offers, prices and rests on three warehouses, from the file to the ledger.

Against reading the same files and COPY of every row that ended up stored, audit included, into the same tables with
their indexes and with triggers off.  The work is done as a worker does it: staged, judged, applied in chunks.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.conf import settings
from django.utils import timezone

from bench.processes import running
from bench.row import Row, percentile, row
from exchange.formats.read import Reader
from exchange.models import Connection, Message
from exchange.services import credentials, imports, messages, receive
from exchange.services import session as sessions
from exchange.types import MessageState
from merchants.models import Merchant
from merchants.roles import Role
from merchants.scope import scope
from tests import make

ROWS = ("cml_ratio",)
PAGES_BUDGET_MS, PROGRESS_BUDGET_MS = 200, 1000
DATABASE = "empty"
GOODS = 100_000
QUICK = 5_000
STORES = 3
RATIO_BUDGET = 2
MEMORY_BUDGET_MIB = 300
_TABLES = (
    "catalog_product", "catalog_productword", "catalog_sku", "catalog_barcode", "catalog_productvat", "catalog_price",
    "exchange_item", "stock_stockrow", "stock_balance", "stock_move", "merchants_auditrecord",
)  # fmt: skip


def measure(quick: bool) -> list[Row]:
    """Import a made assortment into an empty database, and compare."""
    count = QUICK if quick else GOODS
    with TemporaryDirectory() as folder:
        files = [Path(folder, "import.xml"), Path(folder, "offers.xml")]
        _write(files[0], _goods(count))
        _write(files[1], _offers(count))
        source, _secret = _source()
        import_s, peak = _import(source, files)
        stored, copied, copy_s = _copy_again(source)
        read_s = _timed(lambda: _read(files))
        # Once more for another merchant, so that who looks takes nothing from what is measured above.
        another, secret = _source()
        with _looked_at(another, secret, Path(folder, "looking.json"), files) as looked:
            _import(another, files)
    ratio = import_s / (read_s + copy_s)
    said = (
        f"{import_s:.1f} s for {stored} goods with offers, prices and rests on {STORES} warehouses "
        f"({stored / import_s:.0f}/s); reading alone {read_s:.1f} s, COPY of {copied} rows {copy_s:.1f} s"
    )
    return [
        row("cml_ratio", ratio, "×", budget=RATIO_BUDGET, size=stored, needed=GOODS, details=said),
        row(
            "cml_ratio.memory_mib",
            peak,
            "MiB",
            budget=MEMORY_BUDGET_MIB,
            size=stored,
            needed=GOODS,
            details="highest resident size of the importing process, Django and all",
        ),
        *_seen(looked, stored),
    ]


@contextmanager
def _looked_at(source: Connection, secret: str, file: Path, files: list[Path]) -> Iterator[dict[str, Any]]:
    """Somebody looks at pages, and 1C asks how far it is, while the block works; filled when it has ended."""
    person = make.person(role=Role.OWNER, merchant=source.merchant)
    names = [path.name for path in files]
    file.write_text(json.dumps({"person": person.pk, "login": source.login, "secret": secret, "names": names}))
    found: dict[str, Any] = {}
    with running("looking", [sys.executable, "-m", "bench.looking", str(file)], os.environ) as process:
        while not file.with_suffix(".ready").exists() and process.poll() is None:
            time.sleep(0.1)
        yield found
    found.update(json.loads(file.read_text()))


def _seen(looked: dict[str, Any], stored: int) -> list[Row]:
    pages = {address: percentile(ms, 95) for address, ms in looked["pages"].items() if ms}
    slowest = max(pages, key=lambda address: pages[address])
    asked = looked["progress"]
    return [
        row(
            "cml_ratio.pages_p95_ms",
            pages[slowest],
            "ms",
            budget=PAGES_BUDGET_MS,
            size=stored,
            needed=GOODS,
            details=f"{slowest}, the slowest of {len(pages)} pages opened once a second beside the import",
        ),
        row(
            "cml_ratio.progress_ms",
            max(asked),
            "ms",
            budget=PROGRESS_BUDGET_MS,
            size=stored,
            needed=GOODS,
            details=f"the slowest of {len(asked)} answers to `mode=import` while the import ran",
        ),
    ]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _guid(number: int, kind: str) -> str:
    return f"{kind}{number:07d}-0000-4000-8000-000000000000"


def _write(path: Path, parts: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8-sig") as file:
        file.writelines(parts)


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2" ВерсияСхемы="2.07"'
    ' ДатаФормирования="2026-11-24T10:00:00">\n'
)


def _goods(count: int) -> Iterator[str]:
    yield _HEAD + "<Классификатор><Ид>k</Ид><Группы>"
    for group in range(50):
        yield f"<Группа><Ид>{_guid(group, 'e')}</Ид><Наименование>Группа {group}</Наименование></Группа>\n"
    yield '</Группы></Классификатор><Каталог СодержитТолькоИзменения="false"><Ид>k</Ид><Товары>\n'
    for n in range(count):
        yield (
            f"<Товар><Ид>{_guid(n, 'd')}</Ид><Штрихкод>46{n:011d}</Штрихкод><Артикул>АРТ-{n:06d}</Артикул>\n"
            f"<Наименование>Футболка хлопковая с длинным рукавом {n}</Наименование>\n"
            '<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт</БазоваяЕдиница>\n'
            f"<Группы><Ид>{_guid(n % 50, 'e')}</Ид></Группы><Описание>Мягкая, не линяет. Артикул {n}.</Описание>\n"
            "<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>22</Ставка></СтавкаНалога>"
            "</СтавкиНалогов>\n<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Вес</Наименование>"
            "<Значение>0.25</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Товар>\n"
        )
    yield "</Товары></Каталог></КоммерческаяИнформация>\n"


def _offers(count: int) -> Iterator[str]:
    yield _HEAD + '<ПакетПредложений СодержитТолькоИзменения="false"><Ид>k#</Ид><ИдКаталога>k</ИдКаталога><ТипыЦен>'
    yield f"<ТипЦены><Ид>{_guid(0, 'a')}</Ид><Наименование>Розничная</Наименование><Валюта>RUB</Валюта></ТипЦены>"
    yield "</ТипыЦен><Склады>"
    for store in range(STORES):
        yield f"<Склад><Ид>{_guid(store, 'b')}</Ид><Наименование>Замер {store}</Наименование></Склад>"
    yield "</Склады><Предложения>\n"
    for n in range(count):
        rests = "".join(
            f'<Склад ИдСклада="{_guid(store, "b")}" КоличествоНаСкладе="{n % 40 + store + 1}"/>'
            for store in range(STORES)
        )
        yield (
            f"<Предложение><Ид>{_guid(n, 'd')}</Ид><Наименование>Футболка {n}</Наименование><Цены><Цена>\n"
            f"<ИдТипаЦены>{_guid(0, 'a')}</ИдТипаЦены><ЦенаЗаЕдиницу>{500 + n % 900}.50</ЦенаЗаЕдиницу>"
            f"<Валюта>RUB</Валюта></Цена></Цены><Количество>{3 * (n % 40) + 6}</Количество>{rests}</Предложение>\n"
        )
    yield "</Предложения></ПакетПредложений></КоммерческаяИнформация>\n"


def _source() -> tuple[Connection, str]:
    merchant = Merchant.objects.create(name=f"CML {time.time_ns()}")
    with scope([merchant.pk]):
        return credentials.connect(merchant_id=merchant.pk, name="bench", now=timezone.now())


def _import(source: Connection, files: list[Path]) -> tuple[float, float]:
    """Seconds and the highest resident size in MiB."""
    _peak_mib(reset=True)
    spent = 0.0
    now = timezone.now()
    with scope([source.merchant_id]):
        session = sessions.begin(source=source, subject="catalog", address="", agent="", now=now).session
    for path in files:
        with scope([source.merchant_id]), path.open("rb") as content:
            while part := content.read(settings.EXCHANGE_PART_BYTES):
                receive.receive(session=session, filename=path.name, body=BytesIO(part), length=len(part), now=now)
            (message,) = messages.asked_for(session=session, filename=path.name, now=now)
        spent += _timed(lambda pk=message.pk: imports.run(message_id=pk, merchant_id=source.merchant_id))  # type: ignore[misc]
        with scope([source.merchant_id]):
            message = Message.objects.get(pk=message.pk)
            if message.state != MessageState.DONE or message.rejected:
                raise RuntimeError(f"{path.name}: {message.state} {message.reason} {message.rejected} {message.counts}")
    return spent, _peak_mib()


def _read(files: list[Path]) -> int:
    read = 0
    for path in files:
        with path.open("rb") as file:
            read += sum(1 for _entry in Reader(file))
    return read


def _copy_again(source: Connection) -> tuple[int, int, float]:
    """Goods and rows stored, and the seconds that COPY takes to put the same rows into the same, emptied, tables."""
    url = os.environ["BENCH_SUPERUSER_URL"]
    spent, rows, goods = 0.0, 0, 0
    with psycopg.connect(url) as connection, TemporaryDirectory() as folder:
        connection.execute("SET session_replication_role = replica")
        kept = {}
        for table in _TABLES:
            columns = _columns(connection, table)
            kept[table] = (Path(folder, table), columns)
            with (
                kept[table][0].open("wb") as file,
                connection.cursor().copy(
                    f"COPY (SELECT {columns} FROM {table} WHERE merchant_id = {source.merchant_id})"
                    f" TO STDOUT (FORMAT binary)"
                ) as out,
            ):
                for block in out:
                    file.write(block)
            gone = connection.execute(f"DELETE FROM {table} WHERE merchant_id = {source.merchant_id}").rowcount
            rows += gone
            goods = gone if table == "catalog_product" else goods
        connection.commit()
        # What was deleted is gone from tables and indexes, too: dead rows would make the COPY slower than it is.
        connection.autocommit = True
        connection.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
        connection.autocommit = False
        connection.execute("SET session_replication_role = replica")
        for table, (path, columns) in kept.items():
            start = time.perf_counter()
            with (
                path.open("rb") as file,
                connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as into,
            ):
                while block := file.read(1 << 18):
                    into.write(block)
            spent += time.perf_counter() - start
        start = time.perf_counter()
        connection.commit()
        spent += time.perf_counter() - start
    return goods, rows, spent


def _columns(connection: Any, table: str) -> str:
    found = connection.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    ).fetchone()
    return str(found[0])


def _peak_mib(*, reset: bool = False) -> float:
    """Highest resident size of this process, since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

"""The state of the sandbox as one page."""

from html import escape
from typing import Any

Json = dict[str, Any]
STYLE = """
body { font: 15px/1.4 sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100% }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; vertical-align: top }
td:last-child { font-variant-numeric: tabular-nums }
"""


def html(state: Json) -> str:
    """This function will draw what `overview` counted; the page refreshes itself."""
    sellers = "".join(_seller(seller) for seller in state["sellers"])
    general = {key: state[key] for key in ("now", "speed", "orders_per_minute", "coming_events")}
    counters = state["counters"]
    return (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
        f"<title>Песочница маркетплейсов</title><style>{STYLE}</style></head><body>"
        "<h1>Песочница: Ozon и Wildberries</h1>"
        f"{_table('Время', general)}{sellers}"
        f"{_table('Нарушения лимитов', counters['violations'] or {'нет': ''})}"
        f"{_table('Неисправности', {f['id']: _fault(f) for f in state['faults']} or {'нет': ''})}"
        f"{_table('Ответы', counters['statuses'])}{_table('Вызовы', counters['calls'])}"
        "</body></html>"
    )


def _seller(seller: Json) -> str:
    rows = {
        "Товаров": seller["goods"],
        "Ozon: отправления": _counts(seller["ozon"]["postings"]),
        "Ozon: отгрузки": _counts(seller["ozon"]["carriages"]),
        "Ozon: остаток свободный / в резерве": f"{seller['ozon']['free']} / {seller['ozon']['reserved']}",
        "Wildberries: задания": _counts(seller["wildberries"]["orders"]),
        "Wildberries: поставки": _counts(seller["wildberries"]["supplies"]),
        "Wildberries: остаток": seller["wildberries"]["amount"],
    }
    return _table(f"Продавец {seller['code']}", rows)


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counted.items())) or "нет"


def _fault(fault: Json) -> str:
    return f"{fault['mode']} на {fault['pattern']}, сработала {fault['struck']} раз"


def _table(title: str, rows: Json) -> str:
    cells = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items()
    )
    return f"<h2>{escape(title)}</h2><table>{cells}</table>"

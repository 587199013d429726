"""The state of the sandbox as one page."""

from html import escape
from typing import Any

from sandbox.stall import Stall

Json = dict[str, Any]
STYLE = """
body { font: 15px/1.4 sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100% }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; vertical-align: top }
td:last-child { font-variant-numeric: tabular-nums }
"""


def html(state: Json, stalls: dict[str, Stall]) -> str:
    """This function will draw what `overview` counted; the page refreshes itself."""
    sellers = "".join(_seller(seller, stalls) for seller in state["sellers"])
    general = {key: state[key] for key in ("now", "speed", "orders_per_minute", "coming_events")}
    counters = state["counters"]
    return (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
        f"<title>Песочница маркетплейсов</title><style>{STYLE}</style></head><body>"
        f"<h1>Песочница: {escape(', '.join(stall.title for stall in stalls.values()))}</h1>"
        f"{_table('Время', general)}{sellers}"
        f"{_table('Доска объявлений: файлы продавцов', state['feeds'] or {'нет': ''})}"
        f"{_table('Нарушения лимитов', counters['violations'] or {'нет': ''})}"
        f"{_table('Неисправности', {f['id']: _fault(f) for f in state['faults']} or {'нет': ''})}"
        f"{_table('Ответы', counters['statuses'])}{_table('Вызовы', counters['calls'])}"
        "</body></html>"
    )


def _seller(seller: Json, stalls: dict[str, Stall]) -> str:
    rows: Json = {"Товаров": seller["goods"]}
    for code, stall in stalls.items():
        rows |= {f"{stall.title}: {name}": text for name, text in stall.lines(seller[code]).items()}
    return _table(f"Продавец {seller['code']}", rows)


def _fault(fault: Json) -> str:
    return f"{fault['mode']} на {fault['pattern']}, сработала {fault['struck']} раз"


def _table(title: str, rows: Json) -> str:
    cells = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items()
    )
    return f"<h2>{escape(title)}</h2><table>{cells}</table>"

"""Cards, stock and prices; writes are tasks that end a little later, and are told by their group."""

from typing import Any

from sandbox.aliexpress.cabinet import Cabinet, product_id, sku_id
from sandbox.aliexpress.keys import owner_of
from sandbox.aliexpress.refusals import ok, refused
from sandbox.aliexpress.registry import method
from sandbox.aliexpress.state import Task
from sandbox.clock import iso
from sandbox.exchange import Call
from sandbox.goods import Good

Json = Any
MOST, MOST_PRODUCTS = 50, 1000
STOCK, PRICE = 3, 4


@method("/api/v1/scroll-short-product-by-filter")
def scroll(cabinet: Cabinet, body: Json, call: Call) -> Json:
    limit = _whole(body.get("limit"))
    if not 0 < limit <= MOST:
        raise refused("InvalidArgument", "limit must be between 1 and 50", status=400)
    content = ((body.get("filter") or {}).get("search_content") or {}).get("content_values")
    goods = [good for good in cabinet.goods() if content is None or good.article in content]
    after = _whole(body.get("last_product_id") or 0)
    page = [good for good in goods if product_id(good) > after][:limit]
    return ok([_card(cabinet, good) for good in page])


def _card(cabinet: Cabinet, good: Good) -> Json:
    price = cabinet.price(good)
    sku = {"id": str(sku_id(good)), "sku_id": str(sku_id(good)), "code": good.article, "price": price}
    moment = iso(cabinet.clock.now())
    return {
        "id": str(product_id(good)),
        "ali_created_at": moment,
        "ali_updated_at": moment,
        "category_id": "1",
        "currency_code": "RUB",
        "delivery_time": "3",
        "owner_member_id": owner_of(cabinet.seller),
        "owner_member_seq": owner_of(cabinet.seller),
        "freight_template_id": "1",
        "group_ids": [],
        "main_image_url": None,
        "main_image_urls": None,
        "sku": [{**sku, "discount_price": None, "ipm_sku_stock": None}],
        "subject": good.name,
    }


@method("/api/v1/stocks")
def stocks(cabinet: Cabinet, body: Json, call: Call) -> Json:
    rows = []
    for asked in _list(body, "stocks"):
        if good := cabinet.by_sku(asked.get("sku")):
            rows.append({"sku": str(sku_id(good)), "max_sellable_quantity": cabinet.amount(good)})
    return ok({"skus_info": rows})


@method("/api/v1/product/update-sku-stock")
def update_stock(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return _tasks(cabinet, body, call, STOCK, "inventory")


@method("/api/v1/product/update-sku-price")
def update_price(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return _tasks(cabinet, body, call, PRICE, "price")


def _tasks(cabinet: Cabinet, body: Json, call: Call, action: int, name: str) -> Json:
    products = _list(body, "products")
    if not products or len(products) > MOST_PRODUCTS:
        raise refused("InvalidArgument", "products: from 1 to 1000", status=400)
    group = cabinet.world.sequences.next("ae/group", start=555_001)
    results: list[Json] = []
    for asked in products:
        good = cabinet.by_product(asked.get("product_id"))
        skus = asked.get("skus") if isinstance(asked.get("skus"), list) else []
        values = {str(sku.get("sku_code")): sku.get("discount_price") or sku.get(name) for sku in skus}
        if good is None or set(values) != {good.article} or not all(_number(one) for one in values.values()):
            failure = {"code": "SkuNotFound", "message": "sku not found or value is wrong"}
            results.append({"ok": False, "task_id": None, "external_id": None, "errors": failure})
            continue
        number = cabinet.world.sequences.next("ae/task", start=1)
        results.append({"ok": True, "task_id": str(number), "external_id": None, "errors": {"code": "", "message": ""}})
        if not call.silent:
            due = cabinet.clock.seconds() + cabinet.tempo.price_upload
            texts = {article: str(one) for article, one in values.items()}
            task = Task(task_id=number, group=group, action=action, product=product_id(good), values=texts, due=due)
            task.failure = "price is too low" if action == PRICE and float(texts[good.article]) < 1 else ""
            cabinet.tasks.put(number, task)
            cabinet.world.agenda.later(
                cabinet.tempo.price_upload if action == PRICE else 0.0,
                "ae.task",
                seller=cabinet.seller.code,
                task=number,
            )
    return {"group_id": str(group), "results": results}


def finish(cabinet: Cabinet, number: int) -> None:
    """This function will let a task have its effect."""
    task = cabinet.tasks[number]
    for article, value in task.values.items():
        if task.action == STOCK:
            cabinet.stocks.put(article, int(value))
        elif not task.failure:
            cabinet.prices.put(article, value)


@method("/api/v1/tasks", verb="GET")
def tasks(cabinet: Cabinet, body: Json, call: Call) -> Json:
    group = _whole(call.query.get("group_id") or 0)
    return ok([_task(cabinet, task) for task in cabinet.tasks.values() if task.group == group])


def _task(cabinet: Cabinet, task: Task) -> Json:
    waiting = cabinet.clock.seconds() < task.due
    moment = iso(cabinet.clock.now())
    return {
        "id": task.task_id,
        "group_id": task.group,
        "action": task.action,
        "status": 2 if waiting else 4 if task.failure else 3,
        "product_id": task.product,
        "sku_codes": list(task.values),
        "error": {"code": "PriceTooLow" if task.failure else "", "message": "" if waiting else task.failure},
        "warnings": None,
        "created_at": moment,
        "updated_at": moment,
    }


def _list(body: Json, name: str) -> list[Json]:
    rows = body.get(name)
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        raise refused("InvalidArgument", f"{name} is expected", status=400)
    return rows


def _whole(value: Json) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise refused("InvalidArgument", "a number is expected", status=400) from None


def _number(value: Json) -> bool:
    try:
        return isinstance(value, str) and 0 <= float(value) < 10**9
    except ValueError:
        return False

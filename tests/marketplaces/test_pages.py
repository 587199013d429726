"""The pages of the sync layer: what stands on them, what their buttons do, what is refused and how."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Channel, ChannelWarehouse, Listing, Price, PriceType
from marketplaces import dto, registry, tasks
from marketplaces.errors import CredentialsRejected, Unavailable
from marketplaces.models import Credential, Debt, Quarantine
from marketplaces.selectors import apart
from marketplaces.sync import connect, debts, outbox
from marketplaces.views import published, words
from merchants.roles import Role
from tests import make
from tests.marketplaces.conftest import Desk

GOOD = dto.Account(external_id="77", name="ООО «Пример»", inn="7700000016")
KEY = {"key_client_id": "77", "key_api_key": "secret-words", "name": "Мой Ozon", "base_url": ""}


@pytest.fixture
def kicks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What was asked of the workers."""
    sent: list[tuple[str, dict[str, Any]]] = []
    for task in (tasks.pull_stream, tasks.drain_lane, tasks.reload_orders):

        def send(*, kwargs: dict[str, Any], queue: str, name: str = task.name) -> None:
            sent.append((name.rpartition(".")[2], kwargs))

        monkeypatch.setattr(task, "apply_async", send)
    return sent


@pytest.fixture
def owner(desk: Desk) -> Client:
    return make.client(role=Role.OWNER, merchant=desk.trade.merchant)


Checks = Callable[[dto.Account | Exception], list[dict[str, Any]]]


@pytest.fixture
def live_check(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """The marketplace's word on a key."""

    def answer(what: dto.Account | Exception) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def check(**how: Any) -> connect.Checked:
            asked.append(how)
            if isinstance(what, Exception):
                raise what
            return connect.Checked(**how, account=what)

        monkeypatch.setattr(connect, "check", check)
        return asked

    return answer


def park(desk: Desk, reason: str = "card_incomplete", op: str = "stock") -> Debt:
    listing = Listing.objects.filter(channel=desk.channel).first()
    if listing is None:
        desk.trade.sku("mug", pieces=3)
        listing = Listing.objects.get(channel=desk.channel)
    Debt.objects.filter(channel=desk.channel).delete()
    now = timezone.now()
    return Debt.objects.create(
        merchant=desk.trade.merchant,
        channel=desk.channel,
        op=op,
        listing=listing,
        channel_warehouse=desk.place if op == "stock" else None,
        owed_since=now,
        not_before=now,
        parked=reason,
        parked_text="нет фото",
    )


def test_the_sync_page_says_what_is_wrong_and_retries_it(desk: Desk, owner: Client, kicks: list[Any]) -> None:
    debt = park(desk)
    desk.fake.trouble("orders_new", Unavailable("502 bad gateway"))
    desk.read("orders")

    page = owner.get(reverse("marketplaces:health")).content.decode()
    assert "502 bad gateway" in page
    assert "нет фото" in page

    owner.post(reverse("marketplaces:retry"), {"debt": debt.pk})
    debt.refresh_from_db()
    assert (debt.parked, debt.attempts) == ("", 0)


def test_a_retry_never_reaches_another_merchants_row(desk: Desk) -> None:
    debt = park(desk)
    stranger = make.merchant().pk

    assert outbox.retry(merchant_id=stranger, debt_ids=[debt.pk], now=desk.now) == 0
    assert outbox.retry_channels(merchant_id=stranger, channel_ids=[desk.channel.pk], now=desk.now) == 0

    debt.refresh_from_db()
    assert debt.parked == "card_incomplete"


def test_a_price_that_falls_too_much_waits_for_a_person(desk: Desk, owner: Client) -> None:
    sku = desk.trade.sku("mug", pieces=3)
    kind = PriceType.objects.create(merchant=desk.trade.merchant, name="Retail")
    Channel.objects.filter(pk=desk.channel.pk).update(price_type=kind, price_max_drop_percent=30)
    Listing.objects.filter(channel=desk.channel).update(published_price=1000, product_external_id="p1")
    Price.objects.create(merchant=desk.trade.merchant, price_type=kind, sku=sku, amount=600)
    debts.owe_price(merchant_id=desk.trade.merchant.pk, sku_ids=[sku.pk], now=desk.now)

    desk.drain("price")
    assert desk.fake.prices == {}
    (debt,) = desk.debts("price")
    assert (debt.parked, debt.parked_text) == ("price_drop", "1000.00 → 600.00")

    owner.post(reverse("marketplaces:let-price-fall", args=[debt.pk]))
    desk.now = max(desk.now, timezone.now())
    desk.drain("price")
    assert desk.fake.prices == {"p1": 600}
    assert desk.debts("price") == []
    assert Listing.objects.get(channel=desk.channel).published_price == 600


def test_a_price_within_the_guard_goes_by_itself_and_not_twice(desk: Desk) -> None:
    sku = desk.trade.sku("mug", pieces=3)
    kind = PriceType.objects.create(merchant=desk.trade.merchant, name="Retail")
    Channel.objects.filter(pk=desk.channel.pk).update(price_type=kind, price_step=10)
    Price.objects.create(merchant=desk.trade.merchant, price_type=kind, sku=sku, amount=604)
    for _ in range(2):
        debts.owe_price(merchant_id=desk.trade.merchant.pk, sku_ids=[sku.pk], now=desk.now)
        desk.drain("price")

    assert desk.fake.prices == {"mug": 610}
    assert desk.fake.calls["push_prices"] == 1


def test_quarantine_is_replayed_by_number_and_dismissed(desk: Desk, owner: Client, kicks: list[Any]) -> None:
    now = timezone.now()
    row = Quarantine.objects.create(
        merchant=desk.trade.merchant,
        channel=desk.channel,
        stream="orders",
        key="1-7",
        reason="price: not a number",
        payload={"price": "x"},
        first_at=now,
        last_at=now,
    )
    page = owner.get(reverse("marketplaces:health")).content.decode()
    assert "price: not a number" in page

    owner.post(reverse("marketplaces:replay", args=[row.pk]))
    assert kicks == [
        (
            "reload_orders",
            {"merchant_id": desk.trade.merchant.pk, "channel_id": desk.channel.pk, "numbers": ["1-7"]},
        )
    ]
    owner.post(reverse("marketplaces:dismiss", args=[row.pk]))
    assert desk.quarantine() == []


def test_an_item_in_quarantine_is_replayed_however_many_came_after_it(
    desk: Desk, owner: Client, kicks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SHOWN", 1)
    now = timezone.now()
    old, _new = (
        Quarantine.objects.create(
            merchant=desk.trade.merchant, channel=desk.channel, stream="orders", key=key, first_at=now, last_at=now
        )
        for key in ("1-1", "1-2")
    )
    assert owner.post(reverse("marketplaces:replay", args=[old.pk])).status_code == 302
    assert [told["numbers"] for _task, told in kicks] == [["1-1"]]


def test_a_channel_is_paused_and_resumed_by_hand(desk: Desk, owner: Client, kicks: list[Any]) -> None:
    owner.post(reverse("marketplaces:pause", args=[desk.channel.pk]))
    desk.channel.refresh_from_db()
    assert desk.channel.state == "paused"

    owner.post(reverse("marketplaces:resume", args=[desk.channel.pk]))
    desk.channel.refresh_from_db()
    assert (desk.channel.state, desk.channel.paused_because) == ("active", "")


def test_a_picker_may_not_look_at_the_sync_page(desk: Desk) -> None:
    picker = make.client(role=Role.PICKER, merchant=desk.trade.merchant)

    assert picker.get(reverse("marketplaces:health")).status_code == 403


def test_what_is_published_is_explained_step_by_step(desk: Desk, owner: Client) -> None:
    sku = desk.trade.sku("mug", pieces=7)
    desk.drain()

    page = owner.get(reverse("marketplaces:published", args=[sku.pk])).content.decode()

    assert page.count("<section") >= 2
    assert "7" in page


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("the limit of ozon:fbs is used up", "разрешённые запросы пока исчерпаны, продолжится само"),
        ("left alone after several failures", "после нескольких неудач на время оставлен в покое"),
        ("502: bad gateway", "502: bad gateway"),
    ],
)
def test_trouble_of_ours_is_said_in_the_persons_language(told: str, shown: str) -> None:
    assert words.trouble(told) == shown


@pytest.mark.django_db
def test_a_new_merchant_is_led_through_its_first_steps() -> None:
    merchant = make.merchant()
    owner = make.client(role=Role.OWNER, merchant=merchant)
    names = "merchants:merchants marketplaces:connect catalog:import catalog:unmatched stock:cells stock:rules"
    addresses = [reverse(name) for name in [*names.split(), "stock:receive"]]

    def led_to() -> list[str]:
        page = owner.get(reverse("marketplaces:today-panel")).content.decode()
        return [address for address in addresses if f'"{address}"' in page]

    assert led_to() == addresses
    make.channel(merchant)  # with its legal entity
    assert led_to() == addresses[2:]
    viewer = make.client(role=Role.VIEWER, merchant=merchant)
    assert "Первые шаги" not in viewer.get(reverse("marketplaces:today-panel")).content.decode()


def test_who_has_taken_every_first_step_is_not_told_of_them(desk: Desk, owner: Client) -> None:
    desk.trade.sku("mug", pieces=5)
    Listing.objects.update(sku_id=desk.trade.sku("cup").pk)
    page = owner.get(reverse("marketplaces:today-panel")).content.decode()
    assert ("Первые шаги" in page, "plain-list" in page) == (False, True)


def connecting(owner: Client, desk: Desk, **fields: str) -> Any:
    with desk.trade.scope():
        entity = desk.channel.legal_entity_id
    return owner.post(reverse("marketplaces:connect-to", args=["ozon"]), {**KEY, "legal_entity": str(entity), **fields})


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("beru", ["yandex_market"]), ("Goods", ["megamarket"]), ("СберМега", ["megamarket"]), ("tmall", ["aliexpress"])],
)
def test_a_marketplace_is_found_by_what_it_was_called(owner: Client, typed: str, offered: list[str]) -> None:
    page = owner.get(reverse("marketplaces:connect"), {"q": typed}).content.decode()

    found = [code for code in registry.codes() if reverse("marketplaces:connect-to", args=[code]) in page]
    assert found == offered


def test_a_good_key_makes_a_channel_and_its_lists_are_read(
    desk: Desk, owner: Client, live_check: Checks, kicks: list[Any]
) -> None:
    asked = live_check(GOOD)

    answer = connecting(owner, desk)

    channel = Channel.objects.get(name="Мой Ozon")
    assert answer.status_code == 302
    assert asked == [
        {"marketplace": "ozon", "credentials": {"client_id": "77", "api_key": "secret-words"}, "base_url": ""}
    ]
    assert (channel.external_id, channel.marks_before_commit) == ("77", True)
    assert b"secret-words" not in bytes(Credential.objects.get(channel=channel).sealed)
    assert [kwargs["stream"] for name, kwargs in kicks if name == "pull_stream"] == ["warehouses", "listings"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (CredentialsRejected("Invalid Api-Key"), "Invalid Api-Key"),
        (Unavailable("no connection"), "не отвечает: нет связи."),
    ],
)
def test_a_key_that_does_not_work_is_said_and_nothing_is_kept(
    desk: Desk, owner: Client, live_check: Checks, trouble: Exception, said: str
) -> None:
    live_check(trouble)

    answer = connecting(owner, desk)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "secret-words" not in answer.content.decode()
    assert not Channel.objects.filter(name="Мой Ozon").exists()


def test_missing_permissions_are_named_before_anything_is_kept(
    desk: Desk, owner: Client, live_check: Checks, kicks: list[Any]
) -> None:
    permission = dto.Permission(name="Отправления", granted=False, methods=["/v4/posting/fbs/ship"])
    live_check(dto.Account(external_id="77", name="Seller", permissions=[permission]))

    page = connecting(owner, desk).content.decode()

    assert "Отправления" in page
    assert "/v4/posting/fbs/ship" in page
    assert not Channel.objects.filter(name="Мой Ozon").exists()
    connecting(owner, desk, anyway="1")
    assert Credential.objects.get(channel__name="Мой Ozon").missing == ["Отправления"]


@pytest.mark.parametrize(
    "fields",
    [
        {"key_client_id": ""},
        {"key_api_key": "ключ"},
        {"base_url": "http://example.com"},
        {"base_url": "ftp://x"},
        {"base_url": "https://user:password@example.com"},
        {"legal_entity": "999999"},
        {"name": ""},
        {"name": "ozon"},
    ],
)
def test_a_bad_field_is_refused_beside_it(
    desk: Desk, owner: Client, live_check: Checks, fields: dict[str, str]
) -> None:
    live_check(GOOD)

    answer = connecting(owner, desk, **fields)

    assert answer.status_code == 422
    assert "form-error" in answer.content.decode()
    assert Channel.objects.filter(merchant=desk.trade.merchant).count() == 2


def test_another_sellers_key_does_not_replace_this_one(desk: Desk, owner: Client, live_check: Checks) -> None:
    Channel.objects.filter(pk=desk.channel.pk).update(external_id="11")
    live_check(GOOD)

    answer = owner.post(reverse("marketplaces:replace-key", args=[desk.channel.pk]), KEY)

    assert answer.status_code == 422
    assert "ООО «Пример»" in answer.content.decode()


@pytest.mark.django_db
def test_an_account_that_another_merchant_sells_with_is_not_connected_twice(
    live_check: Checks, kicks: list[Any]
) -> None:
    live_check(GOOD)
    ours, theirs = make.merchant(), make.merchant()
    made = make.channel(theirs, external_id="77", base_url="")
    person = make.client(role=Role.OWNER, merchant=ours)
    typed = {**KEY, "legal_entity": str(make.legal_entity(ours).pk)}

    refused = person.post(reverse("marketplaces:connect-to", args=["ozon"]), typed)

    assert refused.status_code == 422
    assert "уже подключил другой мерчант" in refused.content.decode()
    assert kicks == []
    with make.within(theirs):
        Channel.objects.filter(pk=made.pk).update(base_url="http://127.0.0.1:8200/ozon")  # another world: a sandbox
    assert person.post(reverse("marketplaces:connect-to", args=["ozon"]), typed).status_code == 302
    with make.within(ours):
        assert Channel.objects.get().external_id == "77"


def test_the_calendar_of_a_warehouse_is_set_and_checked(desk: Desk, owner: Client) -> None:
    address = reverse("marketplaces:warehouse", args=[desk.place.pk])
    form = {
        "cut_off": "14:30",
        "zone": "Asia/Yekaterinburg",
        "days_to_ship": "1",
        "working_days": ["1", "2"],
        "holidays": "2027-01-01, 2027-01-02",
        "commit_at": "verify",
        "push_stock": "on",
    }
    assert owner.post(address, form).status_code == 302
    desk.place.refresh_from_db()
    assert (desk.place.zone, desk.place.days_to_ship, desk.place.working_days) == ("Asia/Yekaterinburg", 1, [1, 2])
    assert [day.isoformat() for day in desk.place.holidays] == ["2027-01-01", "2027-01-02"]

    for wrong in ({"zone": "Mars/Base"}, {"holidays": "31.12"}, {"working_days": ["9"]}, {"cut_off": "25:00"}):
        assert owner.post(address, {**form, **wrong}).status_code == 422


def test_points_are_looked_for_where_one_was_found_last_and_else_where_the_warehouse_is(
    desk: Desk, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def points(*, city: str, cargo: str) -> list[dto.ShippingPoint]:
        looked.append(city)
        found = dto.ShippingPoint(external_id=f"at-{city}", name=f"Пункт, {city}")
        return [found] if city in {"Казань", "Подольск"} and (city, cargo) != ("Казань", "3") else []

    monkeypatch.setattr(desk.fake, "shipping_points", points)
    monkeypatch.setattr(published, "open_channel", lambda channel: desk.fake.connect())
    monkeypatch.setattr(registry, "can", lambda marketplace, what: True)
    address = reverse("marketplaces:shipping-points", args=[desk.place.pk])
    ChannelWarehouse.objects.update(name="Подольск КГТ", cargo_type="1")

    assert "at-Казань" in owner.get(address, {"city": "Казань"}).content.decode()
    assert "at-Казань" in owner.get(address).content.decode()  # where one was found last
    ChannelWarehouse.objects.update(cargo_type="3")
    assert "at-Подольск" in owner.get(address).content.decode()  # it takes no such goods
    assert looked == ["Казань", "Казань", "Казань", "Подольск"]

    looked.clear()
    nowhere = owner.get(address, {"city": "Марс"}).content.decode()
    assert ("at-" in nowhere, 'value="Марс"' in nowhere, looked) == (False, True, ["Марс"])


@pytest.mark.parametrize(("dealt", "asked"), [(3, ["stock"]), (0, [])], ids=["it was ours", "another has the lane"])
def test_what_is_owed_while_a_lane_is_drained_does_not_wait_for_the_clock(
    desk: Desk, kicks: list[Any], monkeypatch: pytest.MonkeyPatch, dealt: int, asked: list[str]
) -> None:
    park(desk, reason="")  # its own kick came while the lane was taken, and was answered with nothing
    monkeypatch.setattr("marketplaces.sync.drain.run", lambda **_how: dealt)
    tasks.drain_lane(merchant_id=desk.trade.merchant.pk, channel_id=desk.channel.pk, lane="stock")
    assert [kwargs["lane"] for name, kwargs in kicks if name == "drain_lane"] == asked


def test_an_account_whose_id_is_none_is_not_connected(
    desk: Desk, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "open_with", lambda **how: desk.fake.connect())
    monkeypatch.setattr(desk.fake, "account", lambda: dto.Account(external_id="7" * 101, name="Long"))

    answer = connecting(owner, desk)

    assert answer.status_code == 422
    assert not Channel.objects.filter(name="Мой Ozon").exists()

import re
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import override_settings
from django.urls import include, path
from django.utils.translation import override

from merchants.roles import Action, needs
from workspace.templatetags import navigation


@needs(Action.ORDERS_VIEW)
def orders(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@needs(Action.AUDIT_VIEW)
def audit(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_orders = ([path("", orders, name="list"), path("attention/", orders, name="attention")], "orders")
urlpatterns = [
    path("orders/", include(_orders)),
    path("audit/", include(([path("", audit, name="audit")], "merchants"))),
]


@pytest.fixture(autouse=True)
def _own_urls():
    with override_settings(ROOT_URLCONF=__name__):
        navigation._action_of.cache_clear()
        yield
    navigation._action_of.cache_clear()


def _names(can):
    return [item.name for group in navigation.menu(can) for item in group.items]


def test_pages_that_do_not_exist_and_pages_not_permitted_are_left_out():
    assert _names({"orders.view"}) == ["orders:list", "orders:attention"]
    assert _names({"audit.view"}) == ["merchants:audit"]
    assert _names(set()) == []


def test_a_group_without_pages_is_left_out():
    assert len(navigation.menu({"orders.view"})) == 1


def test_the_nearest_page_is_marked_as_current():
    def current(path):
        found = navigation.current(navigation.menu({"orders.view"}), path=path)
        return found and found.name

    assert current("/orders/") == "orders:list"
    assert current("/orders/attention/") == "orders:attention"
    assert current("/orders/12-3/") == "orders:list"
    assert current("/elsewhere/") is None


def test_the_menu_is_drawn_for_each_language_and_only_the_current_page_is_marked():
    page = Template("{% load ui %}{% navigation %}")

    def drawn(path, **more):
        return page.render(Context({"can": {"orders.view"}, "request": SimpleNamespace(path=path), **more}))

    with override("ru"):
        russian = drawn("/orders/attention/7/")
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', russian) == ["/orders/attention/"]
        assert re.findall(r"<span>(.*?)</span>", russian) == ["Заказы", "Требуют внимания"]
        assert drawn("/elsewhere/").count("aria-current") == 0
        assert drawn("/orders/", can={"audit.view"}).count("<li>") == 1
    with override("en"):
        assert re.findall(r"<span>(.*?)</span>", drawn("/orders/")) == ["Orders", "Needs attention"]


def test_an_absent_url_name_gives_nothing():
    page = Template("{% load ui %}[{% nav_url 'no:such' as url %}{{ url }}][{% nav_url 'orders:list' %}]")
    assert page.render(Context()) == "[][/orders/]"


def test_a_link_is_offered_only_to_those_who_may_open_it():
    page = Template("{% load ui %}[{% may_open 'orders:list' %}][{% may_open 'merchants:audit' %}]")
    context = Context({"can": frozenset({Action.ORDERS_VIEW}), "request": SimpleNamespace(path="/")})
    assert page.render(context) == "[/orders/][]"

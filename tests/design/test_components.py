from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from orders.types import State
from workspace.templatetags.states import STATES


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def rendered(source, path="/", **context):
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def test_every_order_state_has_a_word_and_a_tone():
    assert set(STATES["order"]) == set(State.values)


def test_an_unknown_state_is_shown_as_it_is_written():
    shown = rendered('{% state "order" code %}', code="<weird>")
    assert "&lt;weird&gt;" in shown
    assert "tone-grey" in shown


def test_a_state_is_never_colour_alone():
    shown = rendered('{% state "order" "cancelled" %}')
    assert "tone-red" in shown
    assert "Cancelled" in shown


def test_a_marketplace_of_another_package_is_shown_by_its_code_and_a_channel_by_its_name():
    assert "other_shop" in rendered('{% marketplace "other_shop" %}')
    assert "Shop 1" in rendered('{% marketplace "ozon" "Shop 1" %}')


def test_text_from_outside_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    shown = rendered(
        "{% fact evil evil evil %}{% tile evil evil url=evil hint=evil %}{% copy evil %}{% badge 'red' evil %}"
        "{% empty_state evil evil evil evil %}{% marketplace evil %}{% progress 1 2 evil %}{% select_td evil evil %}",
        evil=evil,
    )
    assert "<script" not in shown


def test_nothing_known_is_a_dash_and_zero_is_zero():
    assert "<dd>—</dd>" in rendered('{% fact "Weight" None %}')
    assert "<dd>0</dd>" in rendered('{% fact "Weight" 0 %}')


def test_a_column_sorts_up_then_down_and_keeps_the_filters():
    assert 'href="?q=x&amp;sort=number"' in rendered('{% sort_th "number" "N" %}', "/?q=x&page=3")
    once = rendered('{% sort_th "number" "N" %}', "/?sort=number")
    assert 'aria-sort="ascending"' in once
    assert 'href="?sort=-number"' in once
    assert 'aria-sort="descending"' in rendered('{% sort_th "number" "N" default="-number" %}')
    assert 'aria-sort="none"' in rendered('{% sort_th "number" "N" %}', "/?sort=other")


def test_numbered_pages_keep_the_filters():
    page = Paginator(range(100), 10).get_page(2)
    shown = rendered("{% pager page %}", "/?q=x&page=2", page=page)
    assert 'href="?q=x&amp;page=3"' in shown
    assert 'href="?q=x&amp;page=1" rel="prev"' in shown
    assert '<span aria-current="page">2</span>' in shown


def test_keyset_pages_go_by_keys():
    shown = rendered("{% pager page %}", "/?q=x&after=old", page=SimpleNamespace(next_key="k 9", previous_key=None))
    assert 'href="?q=x&amp;after=k+9"' in shown
    assert 'rel="prev"' not in shown


def test_one_page_needs_no_pager():
    assert "<nav" not in rendered("{% pager page %}", page=Paginator(range(3), 10).get_page(1))


class Weighing(forms.Form):
    weight = forms.IntegerField(label="Weight", help_text="grams")
    note = forms.CharField(label="Note", required=False)


def test_an_error_stands_beside_its_field_and_is_named_by_it():
    shown = rendered("{% field form.weight %}", form=Weighing({"weight": "x"}))
    assert 'aria-describedby="id_weight_help id_weight_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_weight_error"' in shown
    assert 'id="id_weight_help"' in shown


def test_the_summary_leads_to_each_wrong_field():
    shown = rendered("{% fields form %}", form=Weighing({"weight": ""}))
    assert '<a href="#id_weight">Weight</a>' in shown
    assert "data-focus" in shown
    assert "#id_note" not in shown


def test_a_right_form_has_no_summary():
    assert "data-focus" not in rendered("{% fields form %}", form=Weighing({"weight": "5"}))


def test_an_absent_panel_of_another_app_is_nothing():
    assert rendered('[{% panel "no/_such.html" %}]') == "[]"


def test_the_theme_comes_from_the_cookie_and_only_known_ones_count():
    request = RequestFactory().get("/")
    for cookie, expected in (("dark", "dark"), ("light", "light"), ("evil", ""), (None, "")):
        request.COOKIES = {"theme": cookie} if cookie else {}
        assert Template("{% load ui %}{% theme %}").render(Context({"request": request})) == expected


def test_the_export_button_is_only_for_registered_lists():
    assert rendered('{% export_button "no-such-list" %}', can=frozenset()) == ""

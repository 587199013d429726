"""How a form and its fields are drawn: label, control, help, and the error beside the field."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workspace.services.once import FIELD

register = Library()

_CHECKS = (forms.CheckboxInput,)
_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _css(widget: forms.Widget) -> str:
    if isinstance(widget, _GROUPS):
        return ""  # Django puts the class on the wrapper, too
    if isinstance(widget, _CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _control(bound: forms.BoundField) -> str:
    widget = bound.field.widget
    css = f"{widget.attrs.get('class', '')} {_css(widget)}".strip()
    if bound.errors and not isinstance(widget, (*_CHECKS, *_GROUPS)):
        css += " is-invalid"
    attrs: dict[str, Any] = {"class": css} if css else {}
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return str(bound.as_widget(attrs=attrs))


@register.inclusion_tag("_field.html")
def field(bound: forms.BoundField, label: object = None, wide: bool = False) -> dict[str, Any]:
    """This function will draw one field of a form: `{% field form.name %}`."""
    widget = bound.field.widget
    return {
        "bound": bound,
        "control": _control(bound),
        "label": bound.label if label is None else label,
        "is_check": isinstance(widget, _CHECKS),
        "is_group": isinstance(widget, _GROUPS),
        "is_file": isinstance(widget, forms.FileInput),
        "wide": wide,
    }


@register.inclusion_tag("_fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """This function will draw a whole form inside `<form>`: the error summary, hidden fields, every visible field."""
    return {"form": form}


@register.simple_tag
def once() -> SafeString:
    """This function will write a key of its own into a form whose view counts it once (`workspace.services.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid4().hex)


@register.inclusion_tag("_error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """This function will list what is wrong with a form, each entry a link to its field; nothing when all is right."""
    wrong = [
        (form[name].auto_id, form[name].label, errors) for name, errors in form.errors.items() if name in form.fields
    ]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}


@register.filter
def has_several(bound: forms.BoundField) -> bool:
    """This function will tell whether a filter takes several values at once."""
    return isinstance(bound.field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple)


@register.inclusion_tag("_choices.html")
def choices_menu(bound: forms.BoundField) -> dict[str, Any]:
    """This function will draw a filter of several values as a menu of ticks."""
    chosen = {str(value) for value in bound.value() or ()}
    options = [(value, word, str(value) in chosen) for value, word in _flat(bound.field.widget.choices)]
    words = ", ".join(str(word) for _value, word, is_chosen in options if is_chosen)
    error_id = f"{bound.auto_id}_error" if bound.errors else ""
    return {"bound": bound, "options": options, "words": words or _("any"), "error_id": error_id}


def _flat(choices: Iterable[Any]) -> Iterator[tuple[object, object]]:
    for value, word in choices:
        if isinstance(word, list | tuple):
            yield from word
        else:
            yield value, word


@register.filter
def short_control(bound: forms.BoundField) -> str:
    """This function will draw only the control of a field, for the filter bar of a list."""
    return _control(bound)

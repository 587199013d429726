"""Pictures from the one sprite."""

from functools import lru_cache

from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()


@register.simple_tag
def icon(name: str, label: object = "", size: str = "") -> SafeString:
    """This function will draw a symbol of `icons/sprite.svg`; without `label` it is decoration, hidden from readers."""
    css = f"icon icon-{size}" if size else "icon"
    if label:
        shape = '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>'
        return format_html(shape, css, label, _address(name))
    return _decoration(name, css)


@lru_cache(maxsize=512)  # a page of rows shows hundreds, of some dozens of kinds
def _decoration(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, _address(name)
    )


def _address(name: str) -> str:
    return f"{static('icons/sprite.svg')}#{name}"

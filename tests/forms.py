"""The forms of a page as a browser sees them: where each goes, its controls, and what a person reads beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement, document_fromstring

BUTTONS = ("submit", "button", "reset", "image")


@dataclass
class Control:
    """One name of a form.  options: what may be chosen; None where anything may be typed."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] | None = None
    required: bool = False
    most_chars: int | None = None
    least: float | None = None

    @property
    def is_hidden(self) -> bool:
        return self.kind == "hidden"


@dataclass
class Form:
    """Where a form is posted, and its controls by name."""

    action: str
    controls: dict[str, Control] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        return self.action, frozenset(self.controls)


def parsed(html: bytes) -> HtmlElement:
    """A whole page, or a part of one, which may have nothing to show."""
    return document_fromstring(html.decode().strip() or "<body>")


def posting_forms(html: bytes, here: str) -> Iterator[Form]:
    """Every form of a page that posts; a button with an address of its own makes a form of its own."""
    page = parsed(html)
    for element in page.iter("form"):
        inside = list(element.iter("input", "select", "textarea", "button"))
        if name := element.get("id"):
            inside += [other for other in page.xpath("//*[@form=$name]", name=name) if other not in inside]
        buttons = [one for one in inside if one.tag == "button" and one.get("type", "submit") == "submit"]
        typed = [one for one in inside if one.tag != "button" and one.get("type") not in BUTTONS]
        controls = _controls(typed)
        if element.get("method", "").lower() == "post":
            plain = [button for button in buttons if not button.get("formaction")]
            pressed = [_pressed(button) for button in plain] or ([] if buttons else [{}])
            for more in pressed:
                yield Form(element.get("action") or here, {**controls, **more})
        for button in buttons:
            if button.get("formaction"):
                yield Form(button.get("formaction"), {**controls, **_pressed(button)})


def _pressed(button: HtmlElement) -> dict[str, Control]:
    if not button.get("name"):
        return {}
    return {button.get("name"): Control(button.get("name"), "hidden", [button.get("value", "")])}


def _controls(elements: list[HtmlElement]) -> dict[str, Control]:
    found: dict[str, Control] = {}
    for one in elements:
        name = one.get("name") or ""
        if not name or name == "csrfmiddlewaretoken" or "disabled" in one.attrib:
            continue
        kind = one.tag if one.tag != "input" else (one.get("type") or "text").lower()
        if kind == "text" and one.get("inputmode") in ("numeric", "decimal"):
            kind = "number"
        control = found.setdefault(name, Control(name, kind))
        control.required |= "required" in one.attrib
        control.least = float(one.get("min")) if kind == "number" and one.get("min") else control.least
        if one.get("maxlength"):
            control.most_chars = int(one.get("maxlength"))
        value = one.get("value", "on" if kind in ("checkbox", "radio") else "")
        if kind in ("checkbox", "radio"):
            control.options = [*(control.options or ()), value]
            control.values += [value] if "checked" in one.attrib else []
        elif kind == "select":
            given = list(one.iter("option"))
            control.options = [option.get("value", option.text_content()) for option in given]
            control.values = [
                option.get("value", option.text_content()) for option in given if "selected" in option.attrib
            ]
            if not control.values and "multiple" not in one.attrib:
                control.values = control.options[:1]
        elif kind == "textarea":
            control.values = [_typed(one)]
        elif kind != "file":
            control.values.append(value)
    return found


@dataclass(frozen=True)
class Beside:
    """What a page says of one control: the words that describe it, whether it is marked wrong, what stands in it."""

    words: str
    is_wrong: bool
    value: str


def beside(page: HtmlElement, name: str) -> list[Beside]:
    """What stands beside each control of this name on a `parsed` page; [] when the page has none."""
    found = []
    for one in page.xpath("//*[self::input or self::select or self::textarea][@name=$name]", name=name):
        ids = (one.get("aria-describedby") or "").split()
        described = [page.xpath("//*[@id=$known]", known=known) for known in ids if known.endswith("_error")]
        words = " ".join(elements[0].text_content() for elements in described if elements)
        value = _typed(one) if one.tag == "textarea" else one.get("value", "")
        found.append(Beside(" ".join(words.split()), one.get("aria-invalid") == "true", value))
    return found


def _typed(area: HtmlElement) -> str:
    """What stands in a text area: browsers leave out the line break after its tag."""
    return str(area.text_content()).removeprefix("\n")

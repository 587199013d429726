"""The forms of a page as a browser sees them: where each goes, its controls, and what a person reads beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

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


def posting_forms(html: bytes, here: str) -> Iterator[Form]:
    """Every form of a page that posts; a button with an address of its own makes a form of its own."""
    page = BeautifulSoup(html, "lxml")
    for element in page.find_all("form"):
        inside = element.find_all(["input", "select", "textarea", "button"])
        if element.get("id"):
            inside += [other for other in page.select(f"[form={element['id']}]") if other not in inside]
        buttons = [one for one in inside if one.name == "button" and one.get("type", "submit") == "submit"]
        typed = [one for one in inside if one.name != "button" and one.get("type") not in BUTTONS]
        controls = _controls(page, typed)
        if str(element.get("method") or "").lower() == "post":
            plain = [button for button in buttons if not button.get("formaction")]
            pressed = [_pressed(button) for button in plain] or ([] if buttons else [{}])
            for more in pressed:
                yield Form(str(element.get("action") or here), {**controls, **more})
        for button in buttons:
            if button.get("formaction"):
                yield Form(str(button["formaction"]), {**controls, **_pressed(button)})


def _pressed(button: Tag) -> dict[str, Control]:
    if not button.get("name"):
        return {}
    name = str(button["name"])
    return {name: Control(name, "hidden", [str(button.get("value", ""))])}


def _controls(page: BeautifulSoup, elements: list[Tag]) -> dict[str, Control]:
    found: dict[str, Control] = {}
    for one in elements:
        name = str(one.get("name") or "")
        if not name or name == "csrfmiddlewaretoken" or one.has_attr("disabled"):
            continue
        kind = one.name if one.name != "input" else str(one.get("type") or "text").lower()
        if kind == "text" and one.get("inputmode") in ("numeric", "decimal"):
            kind = "number"
        control = found.setdefault(name, Control(name, kind))
        control.required |= one.has_attr("required")
        control.least = float(str(one["min"])) if kind == "number" and one.get("min") else control.least
        if one.get("maxlength"):
            control.most_chars = int(str(one["maxlength"]))
        value = str(one.get("value", "on" if kind in ("checkbox", "radio") else ""))
        if kind in ("checkbox", "radio"):
            control.options = [*(control.options or ()), value]
            control.values += [value] if one.has_attr("checked") else []
        elif kind == "select":
            given = one.find_all("option")
            control.options = [str(option.get("value", option.text)) for option in given]
            control.values = [str(option.get("value", option.text)) for option in given if option.has_attr("selected")]
            if not control.values and not one.has_attr("multiple"):
                control.values = control.options[:1]
        elif kind == "textarea":
            control.values = [one.text.removeprefix("\n")]
        elif kind != "file":
            control.values.append(value)
    return found


@dataclass(frozen=True)
class Beside:
    """What a page says of one control: the words that describe it, whether it is marked wrong, what stands in it."""

    words: str
    is_wrong: bool
    value: str


def beside(html: bytes, name: str) -> list[Beside]:
    """What stands beside each control of this name; [] when the page has none."""
    page = BeautifulSoup(html, "lxml")
    found = []
    for one in page.find_all(["input", "select", "textarea"]):
        if one.get("name") != name:
            continue
        ids = str(one.get("aria-describedby") or "").split()
        described = [page.find(id=known) for known in ids if known.endswith("_error")]
        words = " ".join(element.get_text(" ", strip=True) for element in described if element)
        value = one.text.removeprefix("\n") if one.name == "textarea" else str(one.get("value", ""))
        found.append(Beside(words, one.get("aria-invalid") == "true", value))
    return found

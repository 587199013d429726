"""Text as XML wants it: escaped, without what XML forbids; one element a line."""

import re
from collections.abc import Mapping
from html import unescape

# Everything that XML 1.0 does not allow: control characters but TAB, LF, CR, lone surrogates, two non-characters.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITY = re.compile(r"&(?!#)\w+;")
# Nothing of this needs a look: most texts are such.
_PLAIN = re.compile("[\t\n\r\x20!#-%(-;=?-\ud7ff\ue000-\ufffd]*")


def clean(text: object) -> str:
    """This function will take out what XML forbids and turn HTML's entities into letters."""
    plain = _FORBIDDEN.sub("", str(text))
    return _FORBIDDEN.sub("", _ENTITY.sub(lambda found: unescape(found.group()), plain))


def escape(text: object) -> str:
    """This function will write text for an element or an attribute."""
    plain = str(text)
    if _PLAIN.fullmatch(plain):
        return plain
    plain = clean(plain)
    for letter, word in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;")):
        plain = plain.replace(letter, word)
    return plain


def element(tag: str, text: object, /, **attributes: object) -> str:
    """This function will write an element with text."""
    if not attributes:
        return f"<{tag}>{escape(text)}</{tag}>"
    return f"<{tag}{_written(attributes)}>{escape(text)}</{tag}>"


def empty(tag: str, /, **attributes: object) -> str:
    """This function will write an element that has attributes alone."""
    return f"<{tag}{_written(attributes)}/>"


def cdata(name: str, text: object) -> str:
    """This function will write an element whose text may hold HTML; its end mark inside is split."""
    inner = clean(text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{inner}]]></{name}>"


def _written(attributes: Mapping[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())

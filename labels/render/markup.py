"""
A sticker that came as a page of HTML, drawn as PDF: the way out when a marketplace gives no PDF.

fpdf2 was chosen: pure Python, kept up, and with a policy that forbids it to open any file or address.  What would have
to be fetched is taken out before, so that the rest of the sticker is drawn; the policy is the second lock.
"""

from typing import Any, Final

import lxml.etree
import lxml.html
from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import TTFFont

from labels.errors import UnknownFile
from labels.render.text import font_file

WIDTH_MM, HEIGHT_MM, MARGIN_MM = 100.0, 70.0, 2.0
LONGEST: Final = 2_000_000
# The largest letters with which the fewest pages come out; a sticker is read by people too.
SIZES: Final = (11, 9, 7.5, 6, 5)
# Neither seen nor needed, or ways to bring in something from elsewhere.
DROPPED: Final = ("script", "style", "link", "meta", "head", "iframe", "frame", "object", "embed", "base", "title",
                  "video", "audio", "source", "form", "input", "button", "noscript", "svg", "math")  # fmt: skip
PICTURES: Final = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,")


def pdf_of(html: str) -> bytes:
    """
    This function will draw a page of HTML on stickers of 100 × 70 mm; nothing is fetched, whatever it names.

    :raises UnknownFile: it holds nothing that can be drawn
    """
    body = _harmless(html)
    best, fewest = b"", 0
    for size in SIZES:
        content, pages = _drawn(body, size)
        if not best or pages < fewest:
            best, fewest = content, pages
        if fewest == 1:
            break
    return best


def _harmless(html: str) -> str:
    """The body with pictures that it carries itself (dots, no drawings), without all else that may have an address."""
    if len(html) > LONGEST:
        raise UnknownFile(f"a page of {len(html)} characters is no sticker")
    try:
        page = lxml.html.document_fromstring(html.replace("\x00", ""))
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError) as reason:
        raise UnknownFile("the page cannot be read") from reason
    lxml.etree.strip_elements(page, *DROPPED, lxml.etree.Comment, lxml.etree.ProcessingInstruction, with_tail=False)
    for element in page.iter():
        _strip(element)
    for picture in list(page.iter("img")):
        if not str(picture.get("src") or "").startswith(PICTURES):
            # Emptied and renamed it shows nothing, and the words behind it stay.
            picture.attrib.clear()
            picture.tag = "span"
    body = page.find("body")
    if body is None or not (any(str(text).strip() for text in body.itertext()) or body.find(".//img") is not None):
        raise UnknownFile("the page is empty")
    return str(lxml.html.tostring(body, encoding="unicode"))


def _strip(element: Any) -> None:
    """Attributes with addresses, and styles that may have them."""
    if not isinstance(element.tag, str):
        return
    for name, value in list(element.attrib.items()):
        bare = name.rpartition("}")[2].lower()
        named = bare in ("href", "srcset", "background", "action", "poster", "style") or bare.startswith("on")
        if named or "url(" in value.lower() or (bare == "src" and element.tag != "img"):
            del element.attrib[name]


def _drawn(body: str, size: float) -> tuple[bytes, int]:
    """The document and how many pages it has."""
    pdf = FPDF(unit="mm", format=(HEIGHT_MM, WIDTH_MM), orientation="landscape")
    pdf.resource_access_policy = ResourceAccessPolicy.NONE
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(True, margin=MARGIN_MM)
    try:
        for style, bold in (("", False), ("B", True), ("I", False), ("BI", True)):
            pdf.add_font("sticker", style, font_file(bold=bold))
        pdf.add_page()
        pdf.set_font("sticker", size=size)
        pdf.write_html(body, font_family="sticker")
        return bytes(pdf.output()), pdf.pages_count
    except Exception as reason:
        # Whatever a page does to the engine, it is the page that cannot be drawn.
        raise UnknownFile("the page cannot be drawn") from reason
    finally:
        for face in pdf.fonts.values():
            if isinstance(face, TTFFont):
                face.ttfont.close()

"""ZPL for a printer, drawn outside of any transaction."""

from django.utils.translation import gettext as _

from labels.errors import UnknownFile
from labels.models import LabelFile, PrinterProfile
from labels.render import zpl
from labels.render.place import place
from labels.services.setup import placing_of, zpl_printer


def sticker(label: LabelFile, *, profile: PrinterProfile, copies: int = 1) -> bytes:
    """
    The stored sticker as ZPL at the size, resolution and shift of a printer.

    :raises WrongMedia: the roll is too small for it
    :raises UnknownFile: the stored file is damaged or missing
    """
    content = place([stored(label)], placing_of(profile))
    return zpl.of_pdf(content, printer=zpl_printer(profile), copies=copies)


def stored(label: LabelFile) -> bytes:
    """:raises UnknownFile: the file is missing"""
    try:
        with label.file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError as why:
        raise UnknownFile(_("The sticker's file is missing.")) from why
    return content

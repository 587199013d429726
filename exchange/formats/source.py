"""
The bytes of a package made ready for the parser: the true encoding found, harmless dirt removed, DOCTYPE refused.

1C's files carry a BOM or none, windows-1251 or UTF-8, and after somebody edited them a prolog that lies.  The name of
the root element tells the truth: its bytes are different in each encoding.
"""

import re
from typing import IO

from django.utils.translation import gettext as _

from exchange.errors import CannotRead

ROOT = "КоммерческаяИнформация"
_ENCODINGS = ("utf-8", "cp1251", "utf-16-le", "utf-16-be")
_PARSER_NAMES = {"utf-8": "utf-8", "cp1251": "windows-1251", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be"}
_HEAD = 64 * 1024
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Control characters come from descriptions; XML allows none of them.
_CLEAN = bytes.maketrans(bytes(n for n in range(32) if n not in (9, 10, 13)), b" " * 29)
_CONTROL_REFERENCE = re.compile(rb"&#(?:0*(?:[0-8]|1[1249]|1[4-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_SPACED_NAMESPACE = re.compile(rb'(xmlns(?::\w+)?="[^"]*)"')


class Source:
    """
    A readable for `lxml.etree.iterparse`.

    encoding: for the parser.  :raises CannotRead: it is no exchange package, or it declares a DOCTYPE.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        head = file.read(_HEAD)
        if not head.strip():
            raise CannotRead(_("The file is empty."))
        if head[:4] == b"PK\x03\x04":
            raise CannotRead(_("This is an archive, not an XML document."))
        for bom in _BOMS:
            head = head.removeprefix(bom)
        found = next((name for name in _ENCODINGS if ROOT.encode(name) in head), None)
        if found is None:
            raise CannotRead(_("This is not a CommerceML document: its root is not <КоммерческаяИнформация>."))
        self.encoding = _PARSER_NAMES[found]
        self._plain = not found.startswith("utf-16")
        root = head.index(ROOT.encode(found))
        if "<!DOCTYPE".encode(found) in head[:root].upper() or "<!ENTITY".encode(found) in head[:root].upper():
            raise CannotRead(_("The document declares a DOCTYPE or entities; 1C never does, so it is refused."))
        self._head = self._without_spaces(head, root) if self._plain else head

    def read(self, size: int = -1) -> bytes:
        block = self._head or self._file.read(size)
        self._head = b""
        if not self._plain:
            return block
        if b"&#" in block:
            block = _CONTROL_REFERENCE.sub(b" ", block)
        return block.translate(_CLEAN)

    @staticmethod
    def _without_spaces(head: bytes, root: int) -> bytes:
        """Namespaces with a space (schema 2.05 has one) are no URI for the parser; the names in them are not used."""
        end = head.find(b">", root)
        tag = _SPACED_NAMESPACE.sub(lambda found: found.group(0).replace(b" ", b"_"), head[:end])
        return tag + head[end:]

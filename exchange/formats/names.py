"""File names as 1C sends them: with folders, with backslashes, with the path of somebody's disk."""

import re

from django.utils.translation import gettext as _

from exchange.errors import BadRequest

_DRIVE = re.compile(r"^[a-z]:")
_PREFIXES = ("tmp/", "temp/", "webdata/")
_SCRIPTS = (".php", ".phtml", ".py", ".pl", ".cgi", ".exe", ".sh", ".bat", ".cmd", ".js", ".htaccess", ".jsp", ".asp",
            ".aspx", ".dll", ".so")  # fmt: skip


def normal(told: str) -> str:
    """
    The name in small letters, with folders, without disks and well-known prefixes.

    :raises BadRequest: it leads out of the folder, is a program, or is no name
    """
    name = _DRIVE.sub("", told.replace("\\", "/").strip().lower()).lstrip("/")
    while name.startswith(_PREFIXES):
        name = name.partition("/")[2].lstrip("/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts:
        raise BadRequest(_("The request names no file."))
    if ".." in parts or any(not part.isprintable() for part in parts) or "\x00" in told:
        raise BadRequest(
            _("The file name %(name)s leads out of its folder; it is refused.") % {"name": repr(told[:100])}
        )
    if parts[-1].endswith(_SCRIPTS):
        raise BadRequest(_("Programs are not taken: %(name)s.") % {"name": parts[-1][:100]})
    name = "/".join(parts)
    if len(name) > 300:
        raise BadRequest(_("The file name is longer than 300 characters."))
    return name


def base(name: str) -> str:
    return name.rpartition("/")[2]

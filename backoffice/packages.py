"""Which files of the front-end packages are served: named one by one, because the packages hold thousands."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage


class PackageFiles(BaseFinder):
    """Finds what `settings.PACKAGE_FILES` maps: path under STATIC_URL → file."""

    def check(self, **_: Any) -> list[CheckMessage]:
        return [
            Error(f"The front-end file {path} is missing.", hint="python3 run.py setup", id="backoffice.E001")
            for path in settings.PACKAGE_FILES.values()
            if not path.is_file()
        ]

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = settings.PACKAGE_FILES.get(path)
        if find_all:
            return [str(found)] if found else []
        return str(found) if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = Packages()
        for name in settings.PACKAGE_FILES:
            yield name, storage


class Packages(FileSystemStorage):
    """Reads the files under the names they are served by, which need not be those they lie under."""

    def path(self, name: str) -> str:
        return str(settings.PACKAGE_FILES[name])

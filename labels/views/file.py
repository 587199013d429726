from django.http import HttpResponse


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser, in our own frames too."""
    return _sent(content, "application/pdf", "inline", name)


def zpl(content: bytes, name: str) -> HttpResponse:
    """A file for a printer, saved by the browser."""
    return _sent(content, "application/octet-stream", "attachment", name)


def _sent(content: bytes, content_type: str, how: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-_") else "_" for letter in name)
    response["Content-Disposition"] = f'{how}; filename="{safe}"'
    response["Cache-Control"] = "no-store"
    return response

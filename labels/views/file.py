from django.http import HttpResponse


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser, in our own frames too."""
    response = HttpResponse(content, content_type="application/pdf")
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-_") else "_" for letter in name)
    response["Content-Disposition"] = f'inline; filename="{safe}"'
    response["Cache-Control"] = "no-store"
    return response

"""The OpenAPI document."""

from typing import Any

from drf_spectacular.views import SpectacularJSONAPIView


class Document(SpectacularJSONAPIView):
    """It names no merchant's data, so anybody may have it."""

    public = True


def without_slashes(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Each address is served with and without a slash at the end; the document names it once."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]

"""The OpenAPI document."""

from typing import Any

from drf_spectacular.views import SpectacularJSONAPIView


class Document(SpectacularJSONAPIView):
    """It names no merchant's data, so anybody may have it."""

    public = True


def without_slashes(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Each address is served with and without a slash at the end; the document names it once."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


def no_other_fields(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A postprocessing hook: bodies of requests hold the named fields only, as `exact.Told` sees to it."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    return result

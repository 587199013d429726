from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def place_to_return(request: HttpRequest) -> str:
    """The posted `next` when it is a path of our own, else the start page: nobody is led to another site."""
    place = request.POST.get("next", "")
    own = place.startswith("/") and url_has_allowed_host_and_scheme(
        place, {request.get_host()}, require_https=request.is_secure()
    )
    return place if own else "/"

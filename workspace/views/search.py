from django.http import HttpResponse
from django.shortcuts import redirect, render

from merchants.roles import Action, needs
from merchants.types import Request
from workspace.services import finder

MOST_TYPED = 200


@needs(Action.ACCOUNT_OWN, own_scopes=True)
def search(request: Request) -> HttpResponse:
    """Whatever a number, an article or a barcode belongs to; what is meant beyond doubt is opened at once."""
    typed = request.GET.get("q", "")[:MOST_TYPED].strip()
    found = finder.findings(typed, access=request.access, person_id=request.user.pk)
    if meant := finder.only_one(found):
        return redirect(meant.url)
    return render(request, "workspace/search.html", {"typed": typed, "found": found})

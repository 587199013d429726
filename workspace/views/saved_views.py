from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.selectors.place import place_to_return
from merchants.types import Request
from workspace.forms import SaveViewForm
from workspace.services import views


@needs(Action.ACCOUNT_OWN)
@require_POST
def save(request: Request) -> HttpResponse:
    form = SaveViewForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            views.save_view(
                person_id=request.user.pk, listing=data["list"], name=data["name"], query=data["query"].lstrip("?")
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Give the view a name of at most eighty characters."))
    return HttpResponseRedirect(place_to_return(request))


@needs(Action.ACCOUNT_OWN)
@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    if not views.delete_view(person_id=request.user.pk, view_id=pk):
        raise Http404
    return HttpResponseRedirect(place_to_return(request))

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.forms import LanguageForm, ProfileForm
from merchants.models import Person
from merchants.roles import Action, Role, needs, public
from merchants.selectors.access import CHOICE_KEY
from merchants.selectors.place import place_to_return
from merchants.services.profile import change_profile
from merchants.types import Request


@needs(Action.ACCOUNT_OWN)
class Profile(View):
    def get(self, request: Request) -> HttpResponse:
        return self._page(request, ProfileForm(instance=request.user))

    def post(self, request: Request) -> HttpResponse:
        form = ProfileForm(request.POST, instance=Person.objects.get(pk=request.user.pk))
        if form.is_valid():
            data = form.cleaned_data
            try:
                person = change_profile(
                    person=Person.objects.get(pk=request.user.pk),
                    full_name=data["full_name"],
                    email=data["email"] or "",
                    language=data["language"],
                )
            except Refusal as refusal:
                form.add_error("email", str(refusal))
            else:
                with translation.override(person.language):
                    messages.success(request, _("Profile saved."))
                return redirect("merchants:profile")
        return self._page(request, form)

    def _page(self, request: Request, form: ProfileForm) -> HttpResponse:
        roles = [(held.name, [Role(role).label for role in held.roles]) for held in request.access.held]
        second_factor = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
        context = {"form": form, "roles": roles, "second_factor": second_factor}
        return render(request, "merchants/profile.html", context, status=422 if form.errors else 200)


@needs(Action.ACCOUNT_OWN)
@require_POST
def switch(request: Request) -> HttpResponse:
    """Choose the merchant whose rows the pages show; empty chooses all."""
    chosen = request.POST.get("merchant", "")
    held = {str(one.merchant_id): one.merchant_id for one in request.access.held}
    if chosen in held:
        request.session[CHOICE_KEY] = held[chosen]
    else:
        request.session.pop(CHOICE_KEY, None)
        if chosen:
            messages.error(request, _("You have no role in this merchant."))
    return HttpResponseRedirect(place_to_return(request))


@public
@require_POST
def language(request: Request) -> HttpResponse:
    """Choose the language of the pages: for good when signed in, else until the browser is closed."""
    form = LanguageForm(request.POST)
    response = HttpResponseRedirect(place_to_return(request))
    if form.is_valid():
        code = form.cleaned_data["language"]
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=request.is_secure())
        if isinstance(request.user, Person):
            Person.objects.filter(pk=request.user.pk).update(language=code)
    return response

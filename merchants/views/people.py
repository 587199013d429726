from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from backoffice.kernel.errors import Refusal
from merchants.errors import Gone
from merchants.forms import InviteForm, RoleForm, StaffForm
from merchants.models import Person
from merchants.roles import Action, Role, needs
from merchants.selectors.people import is_membership_of, people_of
from merchants.services import people
from merchants.types import Request


@needs(Action.PEOPLE_VIEW)
class People(View):
    def get(self, request: Request) -> HttpResponse:
        search, role = request.GET.get("q", "")[:100].replace("\0", ""), request.GET.get("role", "")
        rows = people_of(
            managed=request.scope_merchants,
            by=request.user,
            search=search,
            role=role,
            everybody=request.user.is_administrator and request.access.chosen is None,
        )
        context = {"rows": rows, "q": search, "role": role, "roles": Role.choices, "list_name": "people"}
        return render(request, "merchants/people.html", context)


@needs(Action.PEOPLE_EDIT)
class Invite(View):
    def get(self, request: Request) -> HttpResponse:
        return self._page(request, InviteForm(merchants=managed_merchants(request)))

    def post(self, request: Request) -> HttpResponse:
        form = InviteForm(request.POST, merchants=managed_merchants(request))
        if not form.is_valid():
            return self._page(request, form)
        data = form.cleaned_data
        try:
            invited = people.invite(
                managed=request.scope_merchants,
                merchant_id=data["merchant"],
                login=data["login"],
                email=data["email"],
                full_name=data["full_name"],
                role=Role(data["role"]),
            )
        except Refusal as refusal:
            field = next(iter(refusal.extra), None)
            form.add_error(field if field in form.fields else None, str(refusal))
            return self._page(request, form)
        return show_password(request, invited)

    def _page(self, request: Request, form: InviteForm) -> HttpResponse:
        return render(request, "merchants/invite.html", {"form": form}, status=422 if form.is_bound else 200)


def managed_merchants(request: Request) -> tuple[Any, ...]:
    return tuple(held for held in request.access.held if held.merchant_id in request.scope_merchants)


def show_password(request: Request, invited: people.Invited) -> HttpResponse:
    """Show a one-time password once: the page is not kept by the browser and has no address of its own."""
    if invited.one_time_password is None:
        messages.success(request, _("%(name)s has the role and signs in as before.") % {"name": invited.person})
        return redirect("merchants:people")
    context = {"invited": invited.person, "password": invited.one_time_password}
    response = render(request, "merchants/one_time_password.html", context)
    response["Cache-Control"] = "no-store"
    return response


class PersonAction(View):
    """One button of the list of people: does it, or says why not, and returns to the list."""

    http_method_names = ["post"]

    def post(self, request: Request, pk: int) -> HttpResponseBase:
        try:
            return self.act(request, pk) or redirect("merchants:people")
        except Gone as reason:
            raise Http404 from reason
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("merchants:people")

    def act(self, request: Request, pk: int) -> HttpResponseBase | None:
        raise NotImplementedError


@needs(Action.PEOPLE_EDIT)
class ChangeRole(PersonAction):
    def act(self, request: Request, pk: int) -> None:
        form = RoleForm(request.POST)
        if not is_membership_of(managed=request.scope_merchants, membership_id=pk):
            raise Gone
        if not form.is_valid():
            messages.error(request, _("Choose a role from the list."))
            return
        role = Role(form.cleaned_data["role"])
        membership = people.change_role(managed=request.scope_merchants, membership_id=pk, role=role)
        messages.success(request, _("%(name)s is now %(role)s.") % {"name": membership.person, "role": role.label})


@needs(Action.PEOPLE_EDIT)
class RemoveFromMerchant(PersonAction):
    def act(self, request: Request, pk: int) -> None:
        membership = people.remove_from_merchant(managed=request.scope_merchants, membership_id=pk)
        messages.success(request, _("%(name)s no longer works for this merchant.") % {"name": membership.person})


@needs(Action.PEOPLE_EDIT)
class ResetPassword(PersonAction):
    def act(self, request: Request, pk: int) -> HttpResponseBase:
        return show_password(
            request, people.reset_password(by=request.user, managed=request.scope_merchants, person_id=pk)
        )


@needs(Action.PEOPLE_EDIT)
class SetActive(PersonAction):
    def act(self, request: Request, pk: int) -> None:
        active = request.POST.get("active") == "1"
        person = people.set_active(by=request.user, managed=request.scope_merchants, person_id=pk, active=active)
        text = _("%(name)s may sign in.") if active else _("%(name)s can no longer sign in.")
        messages.success(request, text % {"name": person})


@needs(Action.INSTALL_ADMIN)
class Staff(View):
    """What a person is to the installation: operator staff, administrator."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        person = self._person(pk)
        if person is None:
            return redirect("merchants:people")
        initial = {"is_administrator": person.is_administrator, "all_merchants_role": person.all_merchants_role}
        return render(request, "merchants/staff.html", {"form": StaffForm(initial=initial), "of": person})

    def post(self, request: Request, pk: int) -> HttpResponse:
        form = StaffForm(request.POST)
        if form.is_valid():
            try:
                person = people.set_staff(
                    person_id=pk,
                    administrator=form.cleaned_data["is_administrator"],
                    all_merchants_role=form.cleaned_data["all_merchants_role"],
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved: %(name)s.") % {"name": person})
                return redirect("merchants:people")
        return render(request, "merchants/staff.html", {"form": form, "of": self._person(pk)}, status=422)

    def _person(self, pk: int) -> Person | None:
        return Person.objects.filter(pk=pk).first()

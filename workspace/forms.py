from django import forms
from django.utils.translation import gettext_lazy as _

from workspace.models import JobState


class SaveViewForm(forms.Form):
    list = forms.SlugField(max_length=60)
    name = forms.CharField(label=_("Name of the view"), max_length=80)
    query = forms.CharField(max_length=2000, required=False)
    shape = forms.ChoiceField(choices=[("xlsx", "XLSX"), ("csv", "CSV")], required=False)


class ExportForm(forms.Form):
    list = forms.CharField(max_length=60)
    query = forms.CharField(max_length=2000, required=False)
    shape = forms.ChoiceField(choices=[("xlsx", "XLSX"), ("csv", "CSV")], required=False)


class JobFilter(forms.Form):
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("any")), *JobState.choices], required=False)

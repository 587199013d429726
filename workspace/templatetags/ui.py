"""The one library of pages: `{% load ui %}` brings every tag and filter of this package."""

from django.template import Library

from workspace.templatetags import components, formats, forms, icons, navigation, states, tables

register = Library()
for part in (components, formats, forms, icons, navigation, states, tables):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)

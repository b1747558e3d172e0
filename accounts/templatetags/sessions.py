"""What a page tells its script of the session it was made for."""

from django import template

from accounts import explanation

register = template.Library()
register.filter("version", explanation.version)

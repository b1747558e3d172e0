"""Heroicons drawn once each: their own tags build the SVG anew for every page."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from heroicons.templatetags import heroicons

register = template.Library()
KINDS = 128  # more than the pages have: icon, size and attributes


@register.simple_tag
@lru_cache(maxsize=KINDS)
def heroicon_micro(name: str, *, size: int = 16, **attrs: str) -> SafeString:
    return SafeString(heroicons.heroicon_micro(name, size=size, **attrs))


@register.simple_tag
@lru_cache(maxsize=KINDS)
def heroicon_mini(name: str, *, size: int = 20, **attrs: str) -> SafeString:
    return SafeString(heroicons.heroicon_mini(name, size=size, **attrs))

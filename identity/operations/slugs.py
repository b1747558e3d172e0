"""Slugs that nobody typed: from a name."""

import secrets

from django.utils.text import slugify

from identity import identifiers
from identity.models import OrganizationName

LONGEST = 128
SUFFIX = 7  # a dash and six hex digits


def free_slug(name: str) -> str:
    """Nearly always the slugified name; with a random end when that is taken."""
    slug = slugify(name)[: LONGEST - SUFFIX].strip("-_")
    if identifiers.is_id(slug, "organization"):
        slug = ""
    if len(slug) >= 2 and not OrganizationName.objects.filter(folded=slug).exists():
        return slug
    return with_end(slug)


def with_end(slug: str) -> str:
    """Another slug, which nobody has but by an odd chance of one in sixteen million."""
    return f"{slug or 'organization'}-{secrets.token_hex(3)}"

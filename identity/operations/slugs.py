"""Names and slugs that nobody typed: from a name, from an address."""

import secrets

from django.utils.text import slugify

from identity import addresses, identifiers
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


def name_for(email_address: str) -> str:
    """The domain's first label; for common providers and schools the local part."""
    local, _, domain = email_address.partition("@")
    if addresses.is_common(domain) or domain.endswith(".edu"):
        return local[:LONGEST]
    return domain.split(".")[0][:LONGEST].title()

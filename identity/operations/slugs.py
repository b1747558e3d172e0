"""Names and slugs that nobody typed: from a name, from an address."""

import secrets

from django.utils.text import slugify

from identity import addresses
from identity.models import Organization

LONGEST = 128
SUFFIX = 7  # a dash and six hex digits


def free_slug(name: str) -> str:
    """Nearly always the slugified name; with a random end when that is taken."""
    slug = slugify(name)[: LONGEST - SUFFIX].strip("-_")
    if len(slug) >= 2 and not Organization.objects.filter(organization_slug=slug).exists():
        return slug
    return f"{slug or 'organization'}-{secrets.token_hex(3)}"


def name_for(email_address: str) -> str:
    """The domain's first label; for common providers and schools the local part."""
    local, _, domain = email_address.partition("@")
    if addresses.is_common(domain) or domain.endswith(".edu"):
        return local[:LONGEST]
    return domain.split(".")[0][:LONGEST].title()

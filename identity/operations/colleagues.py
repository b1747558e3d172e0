"""By whom an organization has shown that people of a domain are its own (CONTRACT 2.2)."""

from django.db.models import QuerySet

from identity import addresses
from identity.models import Member, Organization
from identity.provenance import Use, good_ones


def have_proven(organization: Organization, email_address: str) -> bool:
    """Whether somebody there has a proven mailbox at the domain of `email_address`."""
    domain = addresses.domain_of(email_address)
    return proving(domain).filter(organization=organization).exists()


def proving(domain: str) -> QuerySet[Member]:
    """Members who have shown that people of their organization have mail at `domain`.

    They proved that very mailbox: the word of an organization's own provider, or of its admin,
    would let anybody collect the people of any domain. Free mail belongs to no organization.
    """
    if addresses.is_common(domain):
        return Member.objects.none()
    return Member.objects.filter(
        status=Member.Status.ACTIVE,
        email_address_verified=True,
        email_provenance__in=good_ones(Use.COLLEAGUE),
        email_address__endswith=f"@{domain}",
    )

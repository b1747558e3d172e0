"""The filters of member search, by the contract's names."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from identity.models import Member, Organization
from identity.operations.filter_values import (
    emails,
    everything,
    flag,
    fuzzy,
    listed,
    nothing,
    texts,
    with_slugs,
)
from identity.rbac import MEMBER


def by_roles(within: list[Organization]) -> Callable[[Any], Q]:
    """Effective roles: given directly, by e-mail domain, or to everybody."""

    def condition(value: Any) -> Q:
        wanted = texts(value)
        if MEMBER in wanted:
            return everything()
        found = listed("roles", wanted)
        for organization in within:
            found |= _by_email(organization, wanted)
        return found

    return condition


def _by_email(organization: Organization, wanted: list[str]) -> Q:
    found = nothing()
    for assignment in organization.rbac_email_implicit_role_assignments:
        if assignment["role_id"] in wanted:
            domain = assignment["domain"]
            found |= Q(organization=organization, email_address__endswith=f"@{domain}")
    return found & Q(email_address_verified=True)


def _present(field: str) -> Callable[[Any], Q]:
    """`true` asks for members who have it."""
    return lambda value: ~Q(**{field: ""}) if flag(value) else Q(**{field: ""})


def _statuses(value: Any) -> Q:
    statuses = texts(value)
    if set(statuses) - set(Member.Status.values):
        raise ValueError("filter_value holds an unknown status")
    return Q(status__in=statuses)


FILTERS: Mapping[str, Callable[[Any], Q]] = {
    "member_ids": lambda value: Q(member_id__in=texts(value)) | Q(external_id__in=texts(value)),
    "member_emails": lambda value: Q(email_address__in=emails(value)),
    "member_email_fuzzy": lambda value: Q(email_address__icontains=fuzzy(value)),
    "member_is_breakglass": lambda value: Q(is_breakglass=flag(value)),
    "statuses": _statuses,
    "member_mfa_phone_numbers": lambda value: Q(mfa_phone_number__in=texts(value)),
    "member_mfa_phone_number_fuzzy": lambda value: Q(mfa_phone_number__contains=fuzzy(value)),
    "member_password_exists": _present("member_password_id"),
    "member_totp_exists": _present("totp_registration_id"),
    "organization_slug": lambda value: Q(organization__in=with_slugs(_one_or_more(value))),
    "organization_slug_fuzzy": lambda value: Q(
        organization__organization_slug__icontains=fuzzy(value)
    ),
    # Nobody has registered with one yet.
    "oauth_providers": lambda value: Q(pk__in=texts(value)) & nothing(),
}


def _one_or_more(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else texts(value)

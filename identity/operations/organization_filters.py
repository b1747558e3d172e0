"""The filters of organization search, by the contract's names."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from identity.models import Member
from identity.operations.filter_values import (
    domains,
    emails,
    everything,
    flag,
    fuzzy,
    listed,
    listed_fuzzy,
    nothing,
    texts,
    with_slugs,
)


def _with_member(condition: Q) -> Q:
    """A subquery, so that no organization is found twice."""
    living = Member.objects.exclude(status=Member.Status.DELETED)
    return Q(pk__in=living.filter(condition).values("organization_id"))


def _has_sso(value: Any) -> Q:
    """None has a connection yet."""
    return nothing() if flag(value) else everything()


FILTERS: Mapping[str, Callable[[Any], Q]] = {
    "organization_ids": lambda value: Q(organization_id__in=texts(value)),
    "organization_slugs": lambda value: Q(pk__in=with_slugs(texts(value))),
    "organization_name_fuzzy": lambda value: Q(organization_name__icontains=fuzzy(value)),
    "organization_slug_fuzzy": lambda value: Q(organization_slug__icontains=fuzzy(value)),
    "member_emails": lambda value: _with_member(Q(email_address__in=emails(value))),
    "member_email_fuzzy": lambda value: _with_member(Q(email_address__icontains=fuzzy(value))),
    "allowed_domains": lambda value: listed("email_allowed_domains", domains(value)),
    "allowed_domain_fuzzy": lambda value: listed_fuzzy("email_allowed_domains", fuzzy(value)),
    "claimed_email_domains": lambda value: listed("claimed_email_domains", domains(value)),
    "has_active_sso_connection": _has_sso,
    "sso_connection_id": lambda value: Q(sso_default_connection_id=fuzzy(value)) & nothing(),
}

"""Reads filter values of a search; ValueError says what is wrong with one."""

from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, IContains

from identity import addresses, identifiers
from identity.models import OrganizationName

# The contract's least length of a fuzzy search.
FUZZY_LENGTH = 3
LONGEST_LIST = 100


def texts(value: Any) -> list[str]:
    right = isinstance(value, list) and value and all(isinstance(each, str) for each in value)
    if not right or len(value) > LONGEST_LIST:
        raise ValueError(f"filter_value must be a list of 1 to {LONGEST_LIST} strings")
    return list(value)


def with_slugs(slugs: list[str]) -> QuerySet[OrganizationName, str | None]:
    """The ids of the organizations that have one of these, in any case."""
    names = OrganizationName.objects.filter(is_slug=True, released_at=None)
    wanted = [identifiers.folded(each) for each in slugs]
    return names.filter(folded__in=wanted).values_list("organization_id", flat=True)


def emails(value: Any) -> list[str]:
    """Addresses as they are stored; what is no address is nobody's."""
    return [found for each in texts(value) if (found := _email(each))]


def domains(value: Any) -> list[str]:
    return [addresses.normalized_domain(each) for each in texts(value)]


def fuzzy(value: Any) -> str:
    if not isinstance(value, str) or len(value) < FUZZY_LENGTH:
        raise ValueError(f"filter_value must be a string of at least {FUZZY_LENGTH} characters")
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("filter_value must be a boolean")
    return value


def listed(field: str, items: list[str]) -> Q:
    """Rows whose JSON list `field` holds one of `items`; the same on both databases."""
    condition = Q()
    for item in items:
        condition |= Q(Contains(Cast(F(field), TextField()), f'"{item}"'))
    return condition


def listed_fuzzy(field: str, part: str) -> Q:
    return Q(IContains(Cast(F(field), TextField()), part))


def nothing() -> Q:
    return Q(pk__in=[])


def everything() -> Q:
    return ~nothing()


def _email(text: str) -> str:
    try:
        return addresses.normalized(text)
    except ValueError:
        return ""

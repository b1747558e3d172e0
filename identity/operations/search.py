"""Finds organizations and members by the contract's filters, page by page (CONTRACT 2.9)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from identity.errors import ApiError, bad_request
from identity.models import Member, Organization
from identity.operations import member_filters, organization_filters, organizations

Found = TypeVar("Found", Organization, Member)
Filter = Callable[[Any], Q]


@dataclass(frozen=True, slots=True)
class Operand:
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Query:
    """`any_of` is the contract's deprecated OR."""

    operands: tuple[Operand, ...] = ()
    any_of: bool = False

    def names(self) -> set[str]:
        return {operand.name for operand in self.operands}


@dataclass(frozen=True, slots=True)
class Page(Generic[Found]):
    items: tuple[Found, ...]
    total: int
    next_cursor: str | None


def search_organizations(*, query: Query, cursor: str, limit: int) -> Page[Organization]:
    condition = _condition(query, organization_filters.FILTERS, kind="organization")
    return _page(Organization.objects.filter(condition), cursor=cursor, limit=limit)


def search_members(
    *, organization_ids: list[str], query: Query, cursor: str, limit: int
) -> Page[Member]:
    """Deleted members only for those who ask by `statuses`."""
    within = [organizations.get(identifier) for identifier in dict.fromkeys(organization_ids)]
    filters = {**member_filters.FILTERS, "member_roles": member_filters.by_roles(within)}
    condition = _condition(query, filters, kind="member")
    members = Member.objects.select_related("organization").filter(organization__in=within)
    if "statuses" not in query.names():
        members = members.exclude(status=Member.Status.DELETED)
    return _page(members.filter(condition), cursor=cursor, limit=limit)


def _condition(query: Query, filters: Mapping[str, Filter], *, kind: str) -> Q:
    parts = [_part(operand, filters, kind=kind) for operand in query.operands]
    condition = Q()
    for part in parts:
        condition = condition | part if query.any_of else condition & part
    return condition


def _part(operand: Operand, filters: Mapping[str, Filter], *, kind: str) -> Q:
    if operand.name not in filters:
        raise bad_request(
            f"{kind}_search_filter_name_not_recognized", "The filter name is not recognized."
        )
    try:
        return filters[operand.name](operand.value)
    except ValueError as error:
        raise bad_request(f"{kind}_search_missing_{operand.name}", f"{error}.") from error


def _page(found: QuerySet[Found], *, cursor: str, limit: int) -> Page[Found]:
    """By creation, then id, so that a page is not disturbed by what is added meanwhile."""
    total = found.count()
    rest = found.filter(_after(cursor)) if cursor else found
    items = tuple(rest.order_by("created_at", "pk")[: limit + 1])
    more = len(items) > limit
    return Page(items[:limit], total, _cursor(items[limit - 1]) if more else None)


def _cursor(last: Organization | Member) -> str:
    """A place in the order; it outlives the row that it was taken from."""
    return base64.urlsafe_b64encode(f"{last.created_at.isoformat()} {last.pk}".encode()).decode()


def _after(cursor: str) -> Q:
    try:
        moment, _, last = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        created_at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError) as error:
        raise _invalid_cursor() from error
    if created_at.tzinfo is None or "\x00" in last:
        raise _invalid_cursor()
    return Q(created_at__gt=created_at) | Q(created_at=created_at, pk__gt=last)


def _invalid_cursor() -> ApiError:
    return bad_request("invalid_cursor", "The cursor is not one that was given out.")

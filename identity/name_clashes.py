"""Organizations from before names were held apart: which names can't stay, and whose they are.

For the migration that begins to hold them and for `manage.py organization_names`, which mends what
it refuses. Both read plain rows, so that neither needs the other's tables.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from identity import identifiers

SLUG, EXTERNAL_ID = "organization_slug", "organization_external_id"
FIELDS = ("organization_id", "organization_name", SLUG, EXTERNAL_ID, "created_at")


@dataclass(frozen=True, slots=True)
class Row:
    """An organization by the columns of FIELDS."""

    organization_id: str
    organization_name: str
    organization_slug: str
    organization_external_id: str | None
    created_at: datetime

    def __str__(self) -> str:
        return f"{self.organization_id} ({self.organization_name})"


@dataclass(frozen=True, slots=True)
class Clash:
    """`field` of `row` has to change: `owner` keeps the name, or, if it is None, nobody can."""

    row: Row
    field: str
    owner: Row | None

    @property
    def name(self) -> str:
        return str(getattr(self.row, self.field))

    def __str__(self) -> str:
        kind = self.field.replace("_", " ")
        why = f"belongs to {self.owner}" if self.owner else "looks like an id"
        return f"{self.row}: the {kind} {self.name!r} {why}"


def find(rows: Iterable[Row]) -> list[Clash]:
    """An external id is kept before a slug, as only backends write it; then the older one is."""
    claims: dict[str, list[tuple[Row, str]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.created_at, row.organization_id)):
        for field in (EXTERNAL_ID, SLUG):
            if name := getattr(row, field):
                claims[name.lower()].append((row, field))
    ordered = [sorted(each, key=lambda claim: claim[1] != EXTERNAL_ID) for each in claims.values()]
    return [clash for each in ordered for clash in _among(each)]


def _among(claims: list[tuple[Row, str]]) -> list[Clash]:
    owner, field = claims[0]
    if identifiers.is_id(getattr(owner, field), "organization"):
        return [Clash(row, field, None) for row, field in claims]
    return [Clash(row, field, owner) for row, field in claims if row != owner]

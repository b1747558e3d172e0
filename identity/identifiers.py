"""Tells ids from names that people choose, so that nobody's name is taken for somebody's id."""

from django.db.models import Q

# What `tokens.new_id` puts between a kind and the random part; the other environment's ids are ids.
ENVIRONMENTS = ("test", "live")


def is_id(identifier: str, kind: str) -> bool:
    """Whether it can only be an id, be there such a one or not; in any case of letters."""
    return identifier.lower().startswith(_beginnings(kind))


def like_ids(column: str, kind: str) -> Q:
    """The same of a column, for the database to hold."""
    found = Q()
    for beginning in _beginnings(kind):
        found |= Q(**{f"{column}__istartswith": beginning})
    return found


def folded(name: str) -> str:
    """The spelling by which names are compared; "", which is nobody's, for what no name can be.

    Only ASCII: `lower()` makes a "k" of the KELVIN SIGN, so that two names would become one.
    """
    return name.lower() if name.isascii() else ""


def _beginnings(kind: str) -> tuple[str, ...]:
    return tuple(f"{kind}-{environment}-" for environment in ENVIRONMENTS)

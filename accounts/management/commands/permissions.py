"""`manage.py permissions`: every page that asks for a permission, and who decides on it."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.permissions import rules_of

HERE, BY_THE_SERVICE = "here", "by the service"
HEAD = ("PAGE", "RESOURCE", "ACTION", "DECIDED")


class Command(BaseCommand):
    help = "List the pages that ask for a permission; a page that isn't here asks for none."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [HEAD, *sorted(table())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def table() -> Iterator[tuple[str, str, str, str]]:
    """Read from the views themselves, so that it can't be wrong."""
    for route, pattern in routes(get_resolver()):
        for rule in rules_of(pattern.callback):
            decided = BY_THE_SERVICE if rule.strict else HERE
            yield f"/{route}", rule.resource_id, rule.action, decided


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route, entry

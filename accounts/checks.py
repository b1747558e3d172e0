"""`manage.py check` on permissions: one that no role can ever give is misspelt, and a closed door.

Embedded, every check compares, and the start as well: the policy is a file of this app. On a remote
service `manage.py check --deploy` asks for it, since no other command should need the network.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from django.core.exceptions import ImproperlyConfigured
from django.template.autoreload import get_template_directories
from django.urls import get_resolver

from accounts.client.authorization import ANY_ACTION
from accounts.client.errors import Unavailable
from accounts.management.commands.permissions import routes
from accounts.permissions import rules_of
from accounts.service import identity

TAG = "permissions"
Actions = Mapping[str, frozenset[str]]
# With names in quotation marks; what a variable holds is known to nobody yet.
CAN = re.compile(r"""\{%\s*can\s+(["'])(.*?)\1\s+(["'])(.*?)\3""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A permission, and the view or template that asks for it."""

    where: str
    resource_id: str
    action: str


def add() -> None:
    """Register both with Django."""
    register(at_home, TAG)
    register(abroad, TAG, deploy=True)


def at_home(app_configs: object, **options: Any) -> list[CheckMessage]:
    return _compared() if settings.IDENTITY_EMBEDDED else []


def abroad(app_configs: object, **options: Any) -> list[CheckMessage]:
    return [] if settings.IDENTITY_EMBEDDED else _compared()


def at_start() -> None:
    """Raises ImproperlyConfigured for the first one that is misspelt."""
    found = at_home(None)
    if found:
        raise ImproperlyConfigured(f"{found[0].msg} {found[0].hint}")


def misspelt(asked: Sequence[Asked], actions: Actions) -> list[CheckMessage]:
    """Those that aren't in the policy, each with the one that is spelled most like it."""
    return [
        Error(
            f"{each.where} asks for {each.resource_id!r} {each.action!r}, which no role can give.",
            hint=f"Did you mean {_nearest(each, actions)}?",
            id="accounts.E001",
        )
        for each in asked
        if each.action not in {*actions.get(each.resource_id, ()), ANY_ACTION}
        or each.resource_id not in actions
    ]


def _compared() -> list[CheckMessage]:
    try:
        actions = identity().rbac.resources()
    except Unavailable:
        return [Info("Permissions weren't compared with the policy: it can't be had right now.")]
    return misspelt([*_of_views(), *_of_templates()], actions)


def _nearest(asked: Asked, actions: Actions) -> str:
    """The resource first: nobody means another one whose action is spelled right by chance."""
    pairs = [
        (resource, action) for resource, of in sorted(actions.items()) for action in sorted(of)
    ]

    def likeness(pair: tuple[str, str]) -> tuple[float, float]:
        return (
            SequenceMatcher(None, asked.resource_id, pair[0]).ratio(),
            SequenceMatcher(None, asked.action, pair[1]).ratio(),
        )

    resource, action = max(pairs, key=likeness)
    return f"{resource!r} {action!r}"


def _of_views() -> Iterator[Asked]:
    for route, pattern in routes(get_resolver()):
        view = pattern.callback
        for rule in rules_of(view):
            yield Asked(
                f"/{route} ({view.__module__}.{view.__qualname__})", rule.resource_id, rule.action
            )


def _of_templates() -> Iterator[Asked]:
    for directory in sorted(map(Path, get_template_directories())):
        for path in sorted(directory.rglob("*.html")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for found in CAN.finditer(line):
                    yield Asked(f"{path} line {number}", found[2], found[4])

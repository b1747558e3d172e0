"""Who sits at the desk, with which roles, and what lies on it."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.test import Client

from documents.models import Document
from identity.models import Member
from tests.signing_in import MEMBER, here, sign_in

ACTIONS = ("create", "read", "update", "delete")


def table() -> dict[str, frozenset[str]]:
    """What each role may do with documents, as the project's policy has it: role → actions."""
    with open(settings.RBAC_POLICY) as file:
        roles = json.load(file)["roles"]
    allowed = {role["role_id"]: frozenset(_actions(role["permissions"])) for role in roles}
    return {"stytch_member": frozenset[str](), **allowed}


def give(email_address: str, *roles: str) -> None:
    """Behind everybody's back, as a colleague would over the API."""
    Member.objects.filter(email_address=email_address).update(roles=list(roles))


def member_with(client: Client, *roles: str) -> Client:
    give(MEMBER, *roles)
    sign_in(client, MEMBER)
    return client


def write(client: Client, title: str = "Minutes") -> Document:
    """Of the organization that this browser is in."""
    return Document.objects.create(
        organization_id=here(client), member_id="member-1", author="a@acme.example", title=title
    )


def post(client: Client, path: str, **fields: str) -> Any:
    return client.post(path, {"organization_id": here(client), **fields})


def text(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def _actions(permissions: Iterable[dict[str, Any]]) -> Iterable[str]:
    for permission in permissions:
        if permission["resource_id"] == "documents":
            yield from ACTIONS if "*" in permission["actions"] else permission["actions"]

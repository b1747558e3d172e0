"""Whoever is in one organization reads and writes nothing of another, by any route there is.

The lists of routes are the schema's and the URLconf's, so that no new one is forgotten. Whatever
is theirs has ZEBRA in it; the intruder is an admin next door, and knows all their ids.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from documents.models import Document
from identity import password_hash
from identity.api.api import api as mounted
from identity.models import (
    Member,
    MemberSession,
    OIDCConnection,
    Organization,
    Password,
    Registration,
)
from identity.operations.member_sessions import Terms, start
from tests import phones
from tests.identity.api import Api
from tests.signing_in import ADMIN, here, sign_in
from tests.test_sitemap import PAGES

pytestmark = pytest.mark.postgres  # what is found in whose rows is asked of the database

ZEBRA = "zebra"
SCHEMA: dict[str, Any] = mounted.get_openapi_schema(path_prefix="/v1")
NO = {400, 401, 403, 404}
# That something was attempted is noted; counters of attempts go up.
NOTED = {"AuditEvent", "RateWindow", "SigningKey"}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    described: dict[str, Any] = field(repr=False)

    @property
    def schema(self) -> dict[str, Any]:
        """Of the body; empty when there is none."""
        content = self.described.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        schemas: dict[str, Any] = SCHEMA["components"]["schemas"]
        return dict(schemas.get(reference.rpartition("/")[2], {}))

    @property
    def fields(self) -> set[str]:
        return set(self.schema.get("properties", {}))


CALLS = [
    Call(method.upper(), path, described)
    for path, methods in SCHEMA["paths"].items()
    for method, described in methods.items()
]


@dataclass(frozen=True, slots=True)
class Theirs:
    """All that can be named of the other organization."""

    organization: Organization
    member: Member
    session: MemberSession
    connection: OIDCConnection
    document: Document
    registration: Registration

    def value(self, name: str) -> Any:
        """What to put into a field or a path under this name; None says leave it out."""
        return {
            "organization_id": self.organization.pk,
            "organization_ids": [self.organization.pk],
            "member_id": self.member.pk,
            "member_password_id": self.member.member_password_id,
            "member_session_id": self.session.pk,
            "invited_by_member_id": self.member.pk,
            "connection_id": self.connection.pk,
            "registration_id": self.registration.pk,
            "document_id": self.document.pk,
            "email_address": self.member.email_address,
            "slug": self.organization.organization_slug,
            "target": self.organization.pk,
        }.get(name)


@pytest.fixture
def theirs(demo: None, time_machine: TimeMachineFixture) -> Theirs:
    now = timezone.now()
    time_machine.move_to(now, tick=False)  # or that a session was seen is noted, once a minute
    organization = Organization.objects.get(organization_slug="umbrella")
    member = Member.objects.get(organization=organization)
    member.name = member.external_id = f"{ZEBRA}-1"
    member.email_address = f"{ZEBRA}@umbrella.example"
    member.mfa_phone_number, member.mfa_phone_number_verified = "+12025550123", True
    password = Password.objects.create(
        member=member, hashed=password_hash.made("their own password"), changed_at=now
    )
    member.member_password_id = password.password_id
    member.retired_email_addresses = [{"email_id": "e", "email_address": f"{ZEBRA}@old.example"}]
    member.save()
    session, _ = start(member=member, factors=(), terms=Terms(), now=now)
    dates = {"created_at": now, "updated_at": now}
    connection = OIDCConnection.objects.create(
        organization=organization, display_name=ZEBRA, client_id=ZEBRA, **dates
    )
    document = Document.objects.create(
        organization_id=organization.pk, member_id=member.pk, author=ZEBRA, title=ZEBRA, body=ZEBRA
    )
    registration = Registration.objects.create(
        registration_id=f"oidc-registration-{ZEBRA}",
        organization=organization,
        member=member,
        connection=connection,
        subject=ZEBRA,
        created_at=now,
    )
    mail.outbox.clear()
    return Theirs(organization, member, session, connection, document, registration)


def test_what_is_excused_is_there() -> None:
    assert {model.__name__ for model in apps.get_models()} >= NOTED


def everything() -> dict[str, list[dict[str, Any]]]:
    models = [
        model
        for app in ("identity", "documents")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in NOTED
    ]
    return {each.__name__: list(each._default_manager.order_by("pk").values()) for each in models}


def of_theirs(theirs: Theirs) -> list[Any]:
    """Their rows, and what was sent to them."""
    organization = theirs.organization
    members = Member.objects.filter(organization=organization).order_by("pk")
    rows = [
        list(Organization.objects.filter(pk=organization.pk).values()),
        [{**row, "failed_attempts": 0} for row in members.values()],  # anybody may mistype
        list(MemberSession.objects.filter(member__in=members).order_by("pk").values()),
        list(OIDCConnection.objects.filter(organization=organization).values()),
        list(Document.objects.filter(organization_id=organization.pk).values()),
        list(Registration.objects.filter(organization=organization).values()),
        list(Password.objects.filter(member__in=members).values()),
    ]
    return [
        *rows,
        len(phones.outbox),
        [message.to for message in mail.outbox if ZEBRA in str(message.to)],
    ]


def body_of(call: Call, theirs: Theirs) -> dict[str, Any]:
    """Their ids wherever one fits, and something in every other field that has to be there."""
    body = {name: theirs.value(name) for name in call.fields if theirs.value(name)}
    for name in call.schema.get("required", []):
        body.setdefault(name, plausible(name))
    if call.method == "PUT":
        body |= dict.fromkeys({"organization_name", "name", "display_name"} & call.fields, "Taken")
    if call.path.endswith("/revoke"):
        return {"member_id": theirs.member.pk}
    return body


def plausible(field: str) -> Any:
    known = {
        "org_policy": {"roles": []},
        "code": "123456",
        "totp_code": "123456",
        "hash_type": "bcrypt",
        "mfa_phone_number": "+12025550199",
    }
    return known.get(field, "something-of-the-intruder")


def path_with(path: str, theirs: Theirs, **other: str) -> str:
    named = ("organization_id", "member_id", "connection_id", "registration_id")
    ids = {name: theirs.value(name) for name in named}
    ids |= {"member_password_id": theirs.member.member_password_id, "project_id": "p", **other}
    return path.removeprefix("/v1").format(**ids)


def names_theirs(target: str, body: dict[str, Any], theirs: Theirs) -> bool:
    names = ("organization_id", "member_id", "connection_id", "registration_id")
    ids = [theirs.value(name) for name in (*names, "member_password_id")]
    return any(each in f"{target} {body}" for each in ids)


def intruder() -> tuple[Member, str]:
    """An admin of Acme, and the token of their session."""
    member = Member.objects.select_related("organization").get(
        email_address=ADMIN, organization__organization_slug="acme"
    )
    _, token = start(member=member, factors=(), terms=Terms(), now=timezone.now())
    return member, token


def test_on_behalf_of_a_member_nothing_of_another_organization_is_reached(theirs: Theirs) -> None:
    """(QUALITY 53): by their organization's id, and by the intruder's own with their objects."""
    member, token = intruder()
    before = everything()
    for call in CALLS:
        for organization_id in (theirs.organization.pk, member.organization_id):
            answer = act(call, theirs, token, organization_id=organization_id)
            if answer is not None and "jwks" not in call.path:
                assert answer.status_code in NO, (call, answer.content)
                assert ZEBRA not in answer.content.decode(), call
        assert everything() == before, call
    assert of_theirs(theirs)[-2:] == [0, []]


def act(call: Call, theirs: Theirs, token: str, *, organization_id: str) -> Any:
    """On behalf of the intruder; None where nothing of theirs is named: there they are at home."""
    target = path_with(call.path, theirs, organization_id=organization_id)
    body = body_of(call, theirs)
    query = {"member_id": theirs.member.pk, "organization_id": organization_id}
    if not names_theirs(target, body, theirs):
        return None
    headers = {"X-Stytch-Member-Session": token}
    return Api().call(call.method, target, body or None, query=query, headers=headers)


def test_most_of_these_calls_are_refused_for_the_organization_alone(theirs: Theirs) -> None:
    """Or the test above would see calls that fail for any reason."""
    _, token = intruder()
    answers = [act(call, theirs, token, organization_id=theirs.organization.pk) for call in CALLS]
    types = [answer.json().get("error_type") for answer in answers if answer is not None]
    assert types.count("session_authorization_tenancy_error") >= 18


def test_a_session_of_one_organization_opens_nothing_in_another(theirs: Theirs) -> None:
    """(QUALITY 29, 53): the app's own calls, with the intruder's session and their ids."""
    _, token = intruder()
    before = of_theirs(theirs)
    calls = [call for call in CALLS if "session_token" in call.fields]
    assert len(calls) > 10
    for call in calls:
        if call.path.endswith(("/sessions/authenticate", "/sessions/revoke")):
            continue  # these name a session and nothing else
        body = body_of(call, theirs) | {"session_token": token}
        answer = Api().call(call.method, path_with(call.path, theirs), body)
        told = answer.content.decode()
        assert answer.status_code in NO or "discovered_organizations" in told, (call, told)
        assert ZEBRA not in told, call
        assert of_theirs(theirs) == before, call


def address(name: str, pattern: URLPattern, theirs: Theirs) -> str:
    known = {"kind": "app", "provider": "google"}
    arguments = {
        each: theirs.value(each) or known.get(each, "0" * 8) for each in pattern.pattern.converters
    }
    return reverse(name, kwargs=arguments)


def test_no_page_shows_or_changes_what_is_another_organizations(
    client: Client, theirs: Theirs
) -> None:
    """(QUALITY 53): an admin next door, at every page, with all their ids in the form."""
    sign_in(client, ADMIN)
    home = here(client)
    ids = {each: theirs.value(each) for each in ("target", "member_id", "document_id")}
    form = {"title": "Taken", "name": "Taken", **ids}
    before = of_theirs(theirs)
    for _, name, pattern in PAGES:
        if client.get("/").status_code != 200:
            sign_in(client, ADMIN)  # a page before was the way out
        path = address(name, pattern, theirs)
        posted = [
            client.post(path, {**form, "organization_id": claimed})
            for claimed in (home, theirs.organization.pk)
        ]
        for answer in (client.get(path), *posted):
            assert answer.status_code < 500, name
            assert ZEBRA not in answer.content.decode(), name
        assert of_theirs(theirs) == before, name


def test_their_own_pages_do_show_it(client: Client, theirs: Theirs) -> None:
    """Or the test above would see a house without rooms."""
    Member.objects.filter(pk=theirs.member.pk).update(email_address=f"{ZEBRA}@umbrella.example")
    sign_in(client, f"{ZEBRA}@umbrella.example")
    for name, pattern in [found[1:] for found in PAGES if found[1].startswith("documents:")]:
        if name != "documents:document_new":
            assert ZEBRA in client.get(address(name, pattern, theirs)).content.decode()
    assert ZEBRA in client.get("/members").content.decode()

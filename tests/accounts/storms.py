"""Where people can be when the weather turns bad, and what they do next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from time_machine import TimeMachineFixture

from tests import signing_in
from tests.accounts import test_password as passwords
from tests.second_steps import PHONE, ask
from tests.signing_in import ADMIN, MEMBER, here, newest_code, newest_link, target

STALE = timedelta(minutes=6)  # a JWT lives five


@dataclass(frozen=True, slots=True)
class Act:
    """One press, or one look."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    is_get: bool = False

    def __call__(self, client: Client) -> Any:
        if self.is_get:
            return client.get(self.path)
        return client.post(self.path, self.fields)


Begin = Callable[[Client, TimeMachineFixture], Act]


@dataclass(frozen=True, slots=True)
class Place:
    """`begin` goes there in fair weather and returns what is done next; `typed` must be kept."""

    begin: Begin
    typed: str = ""


PLACES: dict[str, Place] = {}


def place(name: str, *, typed: str = "") -> Callable[[Begin], Begin]:
    def register(begin: Begin) -> Begin:
        PLACES[name] = Place(begin, typed)
        return begin

    return register


def post(path: str, **fields: str) -> Act:
    return Act(path, fields)


def get(path: str) -> Act:
    return Act(path, is_get=True)


def of_member(client: Client, path: str, **fields: str) -> Act:
    return post(path, organization_id=here(client), **fields)


def sign_in(client: Client, address: str) -> None:
    """And look around: from then on this process has the keys."""
    signing_in.sign_in(client, address)
    client.get("/")


@place("login", typed=ADMIN)
def login(client: Client, clock: TimeMachineFixture) -> Act:
    return post("/login", email_address=ADMIN, next="/switch")


@place("login by link", typed=ADMIN)
def link(client: Client, clock: TimeMachineFixture) -> Act:
    return post("/login/link", email_address=ADMIN)


@place("code", typed=ADMIN)
def code(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.ask_for_code(client, ADMIN)
    return post("/login/code", email_address=ADMIN, code=newest_code(ADMIN))


@place("new code")
def resend(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.ask_for_code(client, ADMIN)
    return post("/login/resend")


@place("link")
def landed(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.ask_for_link(client, MEMBER)
    return post("/authenticate", **newest_link(MEMBER))


@place("an organization's entrance")
def entrance(client: Client, clock: TimeMachineFixture) -> Act:
    return get("/o/acme/login")


@place("an organization's entrance, sent", typed=MEMBER)
def entrance_sent(client: Client, clock: TimeMachineFixture) -> Act:
    return post("/o/acme/login", email_address=MEMBER)


@place("password", typed=MEMBER)
def password(client: Client, clock: TimeMachineFixture) -> Act:
    passwords.set_password(client)
    client.post("/logout")
    return post(passwords.SIGN_IN, email_address=MEMBER, password=passwords.GOOD)


@place("organizations")
def organizations(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.prove(client, ADMIN)
    return get("/organizations")


@place("choosing")
def choosing(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.prove(client, ADMIN)
    return post("/organizations/choose", target=target(client, "Acme"))


@place("founding", typed="Wayne Enterprises")
def founding(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.prove(client, ADMIN)
    return post("/organizations/new", name="Wayne Enterprises", slug="wayne")


@place("a phone for the second step", typed=PHONE)
def phone(client: Client, clock: TimeMachineFixture) -> Act:
    ask(client)
    return post("/second-factor/phone", phone_number=PHONE)


@place("a text for the second step")
def text(client: Client, clock: TimeMachineFixture) -> Act:
    phone(client, clock)(client)
    return post("/second-factor/sms/send")


@place("an app for the second step")
def app(client: Client, clock: TimeMachineFixture) -> Act:
    ask(client)
    return post("/second-factor/app/registration")


@place("switch")
def switch(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, ADMIN)
    return get("/switch")


@place("switching")
def switching(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.sign_in(client, ADMIN)
    return of_member(client, "/switch", target=target(client, "Globex", page="/switch"))


@place("security")
def security(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, ADMIN)
    return get("/security")


@place("a change of security", typed=PHONE)
def change(client: Client, clock: TimeMachineFixture) -> Act:
    signing_in.sign_in(client, ADMIN)
    return of_member(client, "/security/phone", phone_number=PHONE)


@place("proving anew")
def verify(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, ADMIN)
    return get("/verify?next=%2Fsecurity")


@place("members")
def members(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, ADMIN)
    return get("/members")


@place("home, its JWT over")
def stale(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, MEMBER)
    clock.shift(STALE)
    return get("/")


@place("a beat, the JWT over")
def beat(client: Client, clock: TimeMachineFixture) -> Act:
    sign_in(client, MEMBER)
    clock.shift(STALE)
    return post("/session/refresh")

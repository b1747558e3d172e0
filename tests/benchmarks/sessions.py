"""`sessions/authenticate` with few and very many sessions stored: what a heartbeat costs grows not.

Each size has a schema of its own, made by the app's migrations and filled by multiplying one row of
each kind, so that all sizes can be asked in turns.
"""

import random
from dataclasses import dataclass, field
from time import perf_counter

from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from accounts.client.tokens import Tokens
from accounts.service import identity
from accounts.stamps import UNKNOWN_END
from identity.models import Member, MemberSession, Organization
from tests.benchmarks import report, visitors
from tests.benchmarks.measuring import percentile

SIZES = (1_000, 100_000, 1_000_000)
CALLS, WARM_UP, TURN = 600, 100, 20  # no session is asked for twice: each call finds an idle one
SESSIONS, MEMBERS = 4, 25  # of a member, of an organization
WANTED = 1.3
# What differs from row to row; `i` is its number.
PEOPLE = {
    "member_id": "'member-' || i",
    "email_id": "'email-' || i",
    "email_address": "'p' || i || '@acme.example'",
    "organization_id": "'organization-' || i / {members}",
}
COMPANIES = {
    "organization_id": "'organization-' || i",
    "organization_slug": "'acme-' || i",
    "organization_name": "'Acme ' || i",
}
SEATS = {
    "member_session_id": "'member-session-' || md5(i::text)",
    "member_id": "'member-' || i / {sessions}",
    "token_hash": "encode(sha256((" + "'{token}' || i)::bytea), 'hex')",
    "last_accessed_at": "t.started_at",
}
TOKEN = "a-token-of-44-characters-for-session-"


@dataclass(slots=True)
class Store:
    size: int
    taken: list[float] = field(default_factory=list)
    left: list[int] = field(default_factory=list)

    def enter(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO sessions_{self.size}")

    def ask(self, times: int) -> None:
        self.enter()
        for number in [self.left.pop() for _ in range(times)]:
            tokens = Tokens(f"{TOKEN}{number}", "", UNKNOWN_END)
            began = perf_counter()
            identity().sessions.authenticate(tokens)
            self.taken.append(perf_counter() - began)


def measure(*, quick: bool) -> None:
    report.title("sessions/authenticate, by how many sessions are stored")
    if connection.vendor != "postgresql":
        report.line("Not measured: this machine has no PostgreSQL server.")
        return
    stores = [Store(size) for size in ((300, 600) if quick else SIZES)]
    for store in stores:
        fill(store)
    ask_in_turns(stores, calls=40 if quick else CALLS)
    tell(stores)


def fill(store: Store) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA sessions_{store.size}")
    store.enter()
    call_command("migrate", verbosity=0)
    visitors.arrive()
    members = store.size // SESSIONS + 1
    multiply(Organization, members // MEMBERS + 1, COMPANIES)
    multiply(Member, members, PEOPLE)
    multiply(MemberSession, store.size, SEATS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum has done where they came one by one
        cursor.execute("CHECKPOINT")


def multiply(model: type[Model], times: int, varied: dict[str, str]) -> None:
    """Copy the table's only row, with these columns worked out from the number of the copy."""
    columns = [each.column for each in model._meta.concrete_fields]
    filled = {"members": MEMBERS, "sessions": SESSIONS, "token": TOKEN}
    values = [varied.get(column, f't."{column}"').format(**filled) for column in columns]
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)}'
            f' FROM (SELECT * FROM "{table}" LIMIT 1) t, generate_series(0, {times - 1}) i'
        )


def ask_in_turns(stores: list[Store], *, calls: int) -> None:
    for store in stores:
        store.left = random.sample(range(store.size), WARM_UP + calls)
        store.ask(WARM_UP)
        store.taken.clear()
    for _ in range(calls // TURN):
        for store in random.sample(stores, len(stores)):
            store.ask(TURN)


def tell(stores: list[Store]) -> None:
    smallest = percentile(stores[0].taken, 0.5)
    ratios = [percentile(store.taken, 0.5) / smallest for store in stores]
    rows = [
        (
            f"{store.size:,} sessions",
            *(f"{percentile(store.taken, share) * 1e3:.2f} ms" for share in (0.5, 0.95)),
            f"{ratio:.2f}",
        )
        for store, ratio in zip(stores, ratios, strict=True)
    ]
    report.table(("", "p50", "p95", "× smallest"), rows)
    report.line("Through the client and the embedded HTTP edge; each call writes `last seen`.")
    report.goal(
        "p50 beside that of the smallest",
        value=f"{max(ratios):.2f} ×",
        wanted=f"within {WANTED:.2f} ×",
        is_met=max(ratios) <= WANTED,
    )

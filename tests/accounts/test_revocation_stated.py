"""How long a revoked session can still read or write, measured for each mode; README states it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import last_answers
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens
from accounts.service import identity
from project.environment import BASE_DIR
from tests import transports
from tests.accounts import rooms
from tests.accounts.conftest import NOON
from tests.checks import by_token
from tests.signing_in import ADMIN, asks_to_sign_in, here, sign_in

pytestmark = pytest.mark.usefixtures("demo", "noon")

JWT = timedelta(minutes=5)  # how long one lives
CLOCKS = timedelta(seconds=10)  # by how much two may differ: session_jwt.LEEWAY
AT_ONCE = timedelta(0)
BEYOND = timedelta(seconds=330)
OURS = ("stytch_session", "stytch_session_jwt", "stytch_session_stamp")


@dataclass(frozen=True, slots=True)
class Mode:
    """What a copy of somebody's cookies is good for after their session was revoked."""

    reads: timedelta
    writes: timedelta


SILENCE = last_answers.LASTS  # how long its last answer lets people read, by SESSION_CHECK=token


# The README's table.
STATED = {
    "local JWT": Mode(reads=JWT + CLOCKS, writes=JWT + CLOCKS),
    "local JWT, STRICT_WRITES": Mode(reads=JWT + CLOCKS, writes=AT_ONCE),
    "SESSION_CHECK=token": Mode(reads=AT_ONCE, writes=AT_ONCE),
    "SESSION_CHECK=token, the service silent": Mode(reads=SILENCE, writes=AT_ONCE),
    "strict": Mode(reads=AT_ONCE, writes=AT_ONCE),
    "sensitive": Mode(reads=AT_ONCE, writes=AT_ONCE),
}


@dataclass(frozen=True, slots=True)
class Victim:
    cookies: dict[str, str]
    organization_id: str

    def replay(self) -> Client:
        """Another browser with a copy of the cookies; what is cleared there is here still."""
        thief = Client()
        for name, value in self.cookies.items():
            thief.cookies[name] = value
        return thief

    def read(self) -> bool:
        return self.replay().get("/").status_code == 200

    def wrote(self) -> bool:
        return self.write(self.replay(), "/write").content == b"written"

    def write(self, client: Client, path: str, **fields: str) -> Any:
        return client.post(path, {"organization_id": self.organization_id, **fields})


@pytest.fixture
def victim(client: Client) -> Victim:
    """Signed in this very second, so that the JWT has all of its life before it."""
    sign_in(client, ADMIN)
    kept = {name: client.cookies[name].value for name in OURS if name in client.cookies}
    found = Victim(kept, here(client))
    assert client.get("/members").status_code == 200
    return found


@pytest.fixture
def plain_pages(settings: Settings) -> Iterator[None]:
    """Pages as somebody's own product has them: a view that reads, and one that writes."""
    settings.ROOT_URLCONF = "tests.accounts.rooms"
    yield
    rooms.written.clear()


def revoke(victim: Victim) -> None:
    tokens = Tokens(victim.cookies["stytch_session"], "", NOON)
    session = identity().sessions.authenticate(tokens).session
    identity().sessions.revoke(member_session_id=session.member_session_id)
    with pytest.raises(SessionExpired):
        identity().sessions.authenticate(tokens)


def good_for(works: Callable[[], bool], clock: TimeMachineFixture, *, every: int = 1) -> timedelta:
    """For how long after noon `works`, tried so many seconds apart; zero if it never did."""
    lasted = AT_ONCE
    for second in range(0, int(BEYOND.total_seconds()), every):
        clock.move_to(NOON + timedelta(seconds=second), tick=False)
        if works():
            lasted = timedelta(seconds=second + every)
    return lasted


def test_a_page_of_the_local_mode_reads_and_writes_until_the_jwt_ends(
    victim: Victim, plain_pages: None, noon: TimeMachineFixture
) -> None:
    """(QUALITY 39, 57)"""
    revoke(victim)
    stated = STATED["local JWT"]
    assert good_for(victim.read, noon, every=10) == stated.reads
    assert good_for(victim.wrote, noon) == stated.writes
    assert len(rooms.written) == stated.writes.total_seconds()


def test_strict_writes_end_at_once(
    victim: Victim, plain_pages: None, noon: TimeMachineFixture, settings: Settings
) -> None:
    """(QUALITY 39)"""
    settings.STRICT_WRITES = True
    assert victim.write(victim.replay(), "/write").content == b"written"
    revoke(victim)
    stated = STATED["local JWT, STRICT_WRITES"]
    assert good_for(victim.wrote, noon, every=11) == stated.writes
    assert good_for(victim.read, noon, every=10) == stated.reads


def test_strict_writes_believe_no_answer_that_others_share(
    victim: Victim, plain_pages: None, noon: TimeMachineFixture, settings: Settings
) -> None:
    """Requests that come together with a stale JWT share one answer; it is seconds old."""
    settings.STRICT_WRITES = True
    noon.shift(timedelta(minutes=6))
    assert victim.read()
    revoke(victim)
    assert victim.read()
    assert not victim.wrote()


@by_token
@pytest.mark.parametrize("asked_before", [True, False])
def test_by_the_token_it_is_over_at_once(
    victim: Victim, plain_pages: None, noon: TimeMachineFixture, asked_before: bool
) -> None:
    """Also in the very second in which another request heard that it lives (QUALITY 39, 57)."""
    if asked_before:
        assert victim.read()
        assert victim.wrote()
        rooms.written.clear()
    revoke(victim)
    assert OURS[1] not in victim.cookies
    stated = STATED["SESSION_CHECK=token"]
    assert good_for(victim.read, noon, every=10) == stated.reads
    assert good_for(victim.wrote, noon, every=11) == stated.writes
    assert not rooms.written


@by_token
def test_by_the_token_silence_lets_it_read_for_a_while(
    victim: Victim, plain_pages: None, noon: TimeMachineFixture, through: Any
) -> None:
    """The worst there is: asked about, revoked and silent in one second (QUALITY 39, 63)."""
    assert victim.read()
    revoke(victim)
    through(transports.Down())
    stated = STATED["SESSION_CHECK=token, the service silent"]
    assert good_for(victim.wrote, noon, every=11) == stated.writes
    noon.move_to(NOON, tick=False)
    assert good_for(victim.read, noon) == stated.reads
    assert not rooms.written


@by_token
@pytest.mark.parametrize("path", ["/members", "/security"])
def test_by_the_token_what_a_page_asks_itself_is_the_word_to_go_on_with(
    client: Client, path: str, through: Any
) -> None:
    """One call to let somebody in, one for what the page asks, and none to hear it once more."""
    sign_in(client, ADMIN)
    calls = through(transports.Counting())
    assert client.get(path).status_code == 200
    assert calls.paths.count("/v1/b2b/sessions/authenticate") == 2


def is_refused(answer: Any) -> bool:
    """And the browser is told to forget its session."""
    return asks_to_sign_in(answer) and not answer.cookies["stytch_session"].value


def test_a_strict_page_neither_reads_nor_writes(victim: Victim) -> None:
    """Decided by the service's word of this moment: a page for admins (QUALITY 39, 57)."""
    revoke(victim)
    assert STATED["strict"] == Mode(AT_ONCE, AT_ONCE)
    assert is_refused(victim.replay().get("/members"))
    assert is_refused(victim.write(victim.replay(), "/members/anybody/reset"))


def test_a_sensitive_page_neither_reads_nor_writes(victim: Victim) -> None:
    """Behind a fresh proof, which the service is asked about: changing one's own factors."""
    revoke(victim)
    assert STATED["sensitive"] == Mode(AT_ONCE, AT_ONCE)
    assert is_refused(victim.replay().get("/security/phone"))
    assert is_refused(victim.write(victim.replay(), "/security/phone", phone_number="+12015550123"))


def test_a_role_that_was_taken_away_is_gone_within_the_same_bounds(
    victim: Victim, noon: TimeMachineFixture
) -> None:
    """At once where the service is asked, with the JWT elsewhere (QUALITY 57)."""
    members = identity().organizations.members
    admin = members.get(organization_id=victim.organization_id, email_address=ADMIN)
    members.update(organization_id=victim.organization_id, member_id=admin.member_id, roles=[])
    assert victim.replay().get("/members").status_code == 403
    shown = good_for(lambda: b'href="/members"' in victim.replay().get("/").content, noon, every=10)
    assert shown == STATED["local JWT"].reads


def test_an_open_tab_says_so_at_its_next_beat(
    victim: Victim, noon: TimeMachineFixture, settings: Settings
) -> None:
    """(QUALITY 39)"""
    revoke(victim)
    noon.shift(timedelta(seconds=settings.HEARTBEAT_SECONDS))
    assert "data-open" in victim.replay().post("/session/refresh").content.decode()


def test_in_an_outage_strict_writes_wait(
    victim: Victim, plain_pages: None, settings: Settings, through: Any
) -> None:
    """Nobody is signed out, nothing is written, and reading goes on (QUALITY 63)."""
    browser = victim.replay()
    settings.STRICT_WRITES = True
    through(transports.OnlyKeys())
    assert victim.write(browser, "/write").status_code == 503
    assert browser.get("/").status_code == 200
    assert not rooms.written


def test_the_readme_states_it() -> None:
    words = {AT_ONCE: "not at all", JWT + CLOCKS: "5 min 10 s", SILENCE: "30 s"}
    readme = (BASE_DIR / "README.md").read_text()
    rows = [line for line in readme.splitlines() if line.endswith(("at all |", "10 s |"))]
    stated = [f"| {words[mode.reads]} | {words[mode.writes]} |" for mode in STATED.values()]
    assert [row.endswith(said) for row, said in zip(rows, stated, strict=True)] == [True] * 6

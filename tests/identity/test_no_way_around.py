"""No sequence of calls ends in a session that the rule doesn't allow (issue 3, CONTRACT 5.4, 5.5).

An owner and a thief play for one member of Acme, where a restricted first factor and a second one
are required. The thief holds the first factor and nothing else: reads the mailbox, signs in
elsewhere as the same person, and may have begun enrolling before the owner did. Whatever both do,
in whatever order and at whatever time, the thief stays outside.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from identity import keys
from identity.errors import ApiError
from identity.models import MemberSession
from identity.operations import exchange, member_factors, recovery_codes
from identity.operations.finished import Finished
from identity.operations.mailbox import Held
from identity.operations.sign_in import Terms
from tests.identity.people import NOW, begun, member, organization, proof, signed_in
from tests.identity.second_factors import (
    app_code,
    by,
    by_app,
    by_text,
    given,
    on_the_way,
    register,
    text,
    today,
)

OWNERS, THIEFS = "+14155551234", "+14155550666"
RULE = {
    "auth_methods": "RESTRICTED",
    "allowed_auth_methods": ["magic_link"],
    "mfa_policy": "REQUIRED_FOR_ALL",
    "mfa_methods": "RESTRICTED",
    "allowed_mfa_methods": ["sms_otp", "totp"],
}
WAYS = ("link", "discovery", "elsewhere")
ways = st.sampled_from(WAYS)
# Seconds between two moves: within a code's life, and beyond it.
pauses = st.sampled_from([1, 31, 700])
# The newest of what the thief knows.
TRIED = 3


class Siege(RuleBasedStateMachine):
    """`newest` is the thief's token, `known` what the service has told the thief."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = NOW
        self.secret = ""
        self.newest = Held()
        self.known: list[Callable[[Held], object]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def found(self) -> None:
        self.acme = organization(**RULE)
        self.alice = member(self.acme)
        self.elsewhere = member(organization("Open"))

    # The owner, who keeps one factor at least from the first on.

    @precondition(lambda self: not today(self.alice).totp_registration_id)
    @rule()
    def owner_enrols_an_app(self) -> None:
        held = self._owners_way_in()
        registered = register(self.alice, held, now=self.now)
        by_app(self.alice, app_code(registered.secret, now=self.now), held, now=self.now)
        self.secret = registered.secret

    @precondition(lambda self: not today(self.alice).mfa_phone_number_verified)
    @rule()
    def owner_enrols_a_phone(self) -> None:
        if self._is_the_thiefs_phone():
            member_factors.remove_phone(member=today(self.alice), now=self.now)
        held = self._owners_way_in()
        code = text(self.alice, held, number=OWNERS, now=self.now)
        by_text(self.alice, code, held, now=self.now)

    @precondition(lambda self: self.secret and today(self.alice).mfa_phone_number_verified)
    @rule()
    def owner_takes_the_app_away(self) -> None:
        member_factors.remove_totp(member=today(self.alice), now=self.now)
        self.secret = ""

    @precondition(lambda self: self.secret)
    @rule()
    def owner_takes_the_phone_away(self) -> None:
        member_factors.remove_phone(member=today(self.alice), now=self.now)

    @rule()
    def owner_comes_by_a_way_that_is_not_allowed(self) -> None:
        """With the right second factor: the session would be the owner's, and still wrong."""
        code = self.secret and app_code(self.secret, now=self.now)
        if code:
            self._try(
                lambda: by_app(self.alice, code, on_the_way(self.alice, now=self.now), now=self.now)
            )

    # The thief, who plants before and tries after.

    @rule(way=ways, after=pauses)
    def thief_has_a_code_texted(self, way: str, after: int) -> None:
        self.now += timedelta(seconds=after)
        held = self._thiefs_way_in(way)
        code = self._try(lambda: text(self.alice, held, number=THIEFS, now=self.now))
        if code:
            self.known.append(lambda held: by_text(self.alice, str(code), held, now=self.now))

    @rule(way=ways, after=pauses)
    def thief_begins_with_an_app(self, way: str, after: int) -> None:
        self.now += timedelta(seconds=after)
        held = self._thiefs_way_in(way)
        planted: Any = self._try(lambda: register(self.alice, held, now=self.now))
        if planted:
            self.known.append(partial(self._by_planted_app, planted.secret))
            self.known.append(partial(self._by_planted_code, planted.recovery_codes[0]))

    @invariant()
    def thief_tries_and_stays_outside(self) -> None:
        """Before the owner has a factor, the thief would simply be the first to enrol."""
        if self.known and self._is_enrolled():
            held = self._thiefs_way_in(WAYS[len(self.known) % len(WAYS)])
            for known in self.known[-TRIED:]:
                self._try(partial(known, held))

    @invariant()
    def every_session_is_one_that_the_rule_allows(self) -> None:
        """Said again here in other words than the policy's, which would agree with itself."""
        for session in MemberSession.objects.filter(member__organization=self.acme):
            proven = {factor.type for factor in session.factors}
            assert "magic_link" in proven
            assert proven & {"otp", "totp", "recovery_codes"}

    def _try(self, call: Callable[[], object]) -> object:
        """What it says, if anything; whatever ends in a session of Acme is a break-in."""
        try:
            with transaction.atomic():
                said = call()
        except ApiError:
            return None
        assert not (isinstance(said, Finished) and said.session), "somebody is in"
        return said

    def _thiefs_way_in(self, way: str) -> Held:
        """All that the first factor is good for: the token of a sign-in that isn't finished."""
        now = self.now
        link = proof(type="magic_link", now=now)
        if way == "discovery":
            self.newest = by(begun(self.alice.email_address, link, now=now))
        elif way == "elsewhere":
            home = signed_in(self.elsewhere, link, now=now).session_token
            self._go_on(
                lambda: exchange.exchange(
                    organization_id="acme", session_token=home, terms=Terms(), now=now
                )
            )
        else:
            self._go_on(lambda: signed_in(today(self.alice), link, now=now))
        return self.newest

    def _go_on(self, call: Callable[[], object]) -> None:
        if isinstance(said := self._try(call), Finished):
            self.newest = by(said.intermediate_session_token)

    def _by_planted_app(self, secret: str, held: Held) -> Finished:
        return by_app(self.alice, app_code(secret, now=self.now), held, now=self.now)

    def _by_planted_code(self, code: str, held: Held) -> Finished:
        asked = given(today(self.alice), code, held)
        return recovery_codes.recover(given=asked, now=self.now)[0]

    def _is_the_thiefs_phone(self) -> bool:
        return today(self.alice).mfa_phone_number == THIEFS

    def _is_enrolled(self) -> bool:
        alice = today(self.alice)
        return alice.mfa_phone_number_verified or bool(alice.totp_registration_id)

    def _owners_way_in(self) -> Held:
        """By a factor that is active, as the owner would: then a new one may be added."""
        alice = today(self.alice)
        link = by(begun(alice.email_address, proof(type="magic_link", now=self.now), now=self.now))
        if not self._is_enrolled():
            return link
        self.now += timedelta(seconds=60)
        if self.secret:
            code = app_code(self.secret, now=self.now)
            return Held(session_token=by_app(alice, code, link, now=self.now).session_token)
        code = text(alice, link, now=self.now)
        return Held(session_token=by_text(alice, code, link, now=self.now).session_token)


@pytest.mark.django_db
def test_the_first_factor_alone_never_opens_a_session(settings: Settings) -> None:
    # Limits and locks end a siege sooner; here nothing but the rule may hold it off.
    for limit in (
        "GUESSES_PER_ADDRESS", "MEMBER_LOCK_FAILURES", "SENDS_PER_ADDRESS", "SENDS_PER_CLIENT",
    ):  # fmt: skip
        setattr(settings, limit, 10**6)
    keys.ring(now=NOW)  # once for all the games: each is undone, and a key takes its time
    run_state_machine_as_test(
        Siege,
        settings=hypothesis_settings(
            max_examples=20,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a break-in of eight moves is short enough to read
            suppress_health_check=list(HealthCheck),
        ),
    )

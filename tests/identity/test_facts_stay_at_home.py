"""No sequence of calls makes a fact of the project of one organization's word (SECURITY.md).

The attacker founds an organization, and is its admin, its identity provider and whoever signs in
there: so they may say anything of the victim's address, as often as they like and in any order.
They never read the victim's mailbox. The victim is a member of Real; Open takes people of the
victim's domain. Whatever the attacker does, nothing they hold shows or opens either, and nobody
else is offered the attacker's organization by that domain.
"""

from collections.abc import Callable
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

from identity import keys
from identity.errors import ApiError
from identity.factors import Factor
from identity.models import Member, MemberSession
from identity.operations import (
    discovery,
    exchange,
    kept_passwords,
    member_changes,
    members,
    organizations,
    password_change,
    passwords,
    provisioning,
)
from identity.operations.mailbox import Held
from identity.operations.sign_in import Finished, Terms, sign_in
from tests.identity.arriving import by_oauth, by_sso, connected, discovers
from tests.identity.people import NOW, begun, later, member, organization, proof

VICTIM, ATTACKER, COLLEAGUE = "victim@corp.example", "me@evil.example", "someone@corp.example"
DOMAIN = "corp.example"
PASSWORDS = ("umber walrus 41 sandwich", "violet otter 73 teapot")
addresses = st.sampled_from([VICTIM, ATTACKER])
subjects = st.sampled_from(["1", "2"])
# A tenant of one's own at each: it names any address, and vouches for none.
HOSTILE = [
    ("microsoft", {"email_verifying": False, "email_doubted": True}),
    # An account of the attacker's own address, honestly vouched for.
    ("google", {"email_verifying": True}),
]
MOVES = 10


class Impostor(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = NOW
        self.held: list[Held] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def found(self) -> None:
        rules: dict[str, Any] = {
            "email_jit_provisioning": "RESTRICTED",
            "email_allowed_domains": [DOMAIN],
        }
        self.real = organization("Real")
        member(self.real, VICTIM)
        by_oauth(self.real, "v", VICTIM)
        MemberSession.objects.all().delete()
        self.open = organization("Open", **rules)
        member(self.open, "boss@corp.example")
        self.evil = organization(
            "Evil", sso_jit_provisioning="ALL_ALLOWED", email_invites="ALL_ALLOWED", **rules
        )
        self.connection = connected(self.evil)
        member(self.evil, ATTACKER)
        # The shortest attack is made in every game; what comes on top of it is drawn.
        self.says_so_by_their_own_provider(VICTIM, "1", on_top=False)
        self.sets_a_password(PASSWORDS[0])

    # What the attacker can do, all of it in their own organization.

    @rule(address=addresses, subject=subjects, on_top=st.booleans())
    def says_so_by_their_own_provider(self, address: str, subject: str, on_top: bool) -> None:
        held = self._latest() if on_top else Held()
        self._go_on(lambda: by_sso(self.connection, subject, address, now=self.now, held=held))

    @rule(address=addresses, subject=subjects, of=st.sampled_from(HOSTILE))
    def comes_by_an_account_elsewhere(self, address: str, subject: str, of: Any) -> None:
        provider, said = of
        if said["email_verifying"]:
            address = ATTACKER  # which is theirs; the provider wouldn't vouch for another
        self._go_on(lambda: by_oauth(self.evil, subject, address, provider=provider, **said))

    @rule(subject=subjects)
    def discovers_by_an_account_elsewhere(self, subject: str) -> None:
        """Which may be that of a member whom they call as they like, as admin."""
        found: Any = self._try(lambda: discovers(subject, ATTACKER, now=self.now))
        self.held.append(Held("", "", found.intermediate_session_token))

    @rule()
    def goes_on_at_home(self) -> None:
        """With the start of a sign-in, which belongs to the member from then on."""
        held = self._latest()
        if held.intermediate_session_token:
            self._go_on(
                lambda: discovery.exchange(
                    intermediate_session_token=held.intermediate_session_token,
                    organization_id=self.evil.pk,
                    terms=Terms(),
                    now=self.now,
                )
            )

    @rule()
    def proves_a_mailbox_of_their_own(self) -> None:
        mine = self._member(ATTACKER)
        if mine:
            self._go_on(lambda: self._sign_in(mine, proof(ATTACKER, now=self.now)))

    @rule(password=st.sampled_from(PASSWORDS))
    def sets_a_password(self, password: str) -> None:
        if not self.held or not self.held[-1].session_token:
            return
        self._go_on(
            lambda: passwords.reset_by_session(
                organization_id=self.evil.pk,
                password=password,
                held=self.held[-1],
                terms=Terms(),
                now=self.now,
            )
        )

    @rule(address=addresses, on_top=st.booleans())
    def signs_in_by_password(self, address: str, on_top: bool) -> None:
        """Which they know, having set it."""
        whose = self._member(address)
        if whose and kept_passwords.of(whose):
            held = self._latest() if on_top else Held()
            self._go_on(
                lambda: password_change.enter(
                    whose, by=held.resolve(now=self.now), terms=Terms(), now=self.now
                )
            )

    @rule(address=addresses)
    def adds_a_second_factor(self, address: str) -> None:
        whose = self._member(address)
        if whose:
            detail = {"totp_id": "t"}
            totp = Factor("totp", "authenticator_app", self.now, "authenticator_app_factor", detail)
            self._go_on(lambda: self._sign_in(whose, totp, held=self._latest()))

    @rule(of=addresses, to=addresses)
    def renames_a_member_as_admin(self, of: str, to: str) -> None:
        whose = self._member(of)
        if whose:
            changes = {"email_address": to, "unlink_email": True}
            self._try(lambda: member_changes.update(member=whose, changes=changes, now=self.now))

    @rule(address=addresses)
    def makes_or_invites_a_member(self, address: str) -> None:
        self._try(
            lambda: provisioning.invite(
                organization=self.evil, email_address=address, fields={}, now=self.now
            )
        )

    @rule(address=addresses)
    def deletes_and_brings_back(self, address: str) -> None:
        whose = self._member(address)
        if whose:
            members.delete(member=whose, now=self.now)
            self._try(
                lambda: members.reactivate(organization=self.evil, member_id=whose.pk, now=self.now)
            )

    @rule(policy=st.sampled_from(["OPTIONAL", "REQUIRED_FOR_ALL"]))
    def wants_a_second_factor_or_not(self, policy: str) -> None:
        """So that sign-ins end half way, with an intermediate token."""
        self._try(
            lambda: organizations.update(
                organization=organizations.get(self.evil.pk),
                changes={"mfa_policy": policy},
                now=self.now,
            )
        )

    # What must not come of it.

    @precondition(lambda self: self.held)
    @invariant()
    def nothing_shows_or_opens_what_is_the_victims(self) -> None:
        for held in self.held[-2:]:
            self._sees_nothing(held)
            self._gets_nowhere(held)

    @invariant()
    def nobody_is_in_elsewhere(self) -> None:
        assert not MemberSession.objects.exclude(member__organization=self.evil).exists()
        assert not Member.objects.filter(organization=self.open, email_address=VICTIM).exists()

    @invariant()
    def nobody_is_offered_the_attackers_organization(self) -> None:
        token = begun(COLLEAGUE, proof(COLLEAGUE, now=self.now), now=self.now)
        listing = discovery.list_organizations(intermediate_session_token=token, now=self.now)
        names = [each.organization.organization_name for each in listing.organizations]
        assert names == ["Open"]

    def _sees_nothing(self, held: Held) -> None:
        for name in ("session_token", "intermediate_session_token"):
            token = getattr(held, name)
            listing: Any = token and self._try(
                lambda name=name, token=token: discovery.list_organizations(
                    **{name: token}, now=self.now
                )
            )
            shown = listing.organizations if listing else ()
            assert {each.organization.organization_name for each in shown} <= {"Evil"}

    def _gets_nowhere(self, held: Held) -> None:
        """Not even into the first step of a sign-in, which would name the member."""
        for to in (self.real, self.open):
            if held.session_token:
                said = self._try(
                    lambda to=to: exchange.exchange(
                        organization_id=to.pk,
                        session_token=held.session_token,
                        terms=Terms(),
                        now=self.now,
                    )
                )
                assert said is None
            if held.intermediate_session_token:
                said = self._try(
                    lambda to=to: discovery.exchange(
                        intermediate_session_token=held.intermediate_session_token,
                        organization_id=to.pk,
                        terms=Terms(),
                        now=self.now,
                    )
                )
                assert said is None

    def _sign_in(self, whose: Member, factor: Factor, held: Held | None = None) -> Finished:
        return sign_in(
            member=whose,
            factors=(factor,),
            presented=(held or Held()).resolve(now=self.now),
            joining=whose.status != Member.Status.ACTIVE,
            terms=Terms(),
            now=self.now,
        )

    def _member(self, address: str) -> Member | None:
        return members.with_email(organization=self.evil, email_address=address)

    def _latest(self) -> Held:
        return self.held[-1] if self.held else Held()

    def _go_on(self, call: Callable[[], Finished]) -> None:
        """What it gives is the newest thing to try."""
        self.now = later(now=self.now, seconds=1)
        said: Any = self._try(call)
        if said:
            token = said.intermediate_session_token
            self.held.append(Held(said.session_token, "", "" if said.session_token else token))

    def _try(self, call: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return call()
        except ApiError:
            return None


@pytest.mark.django_db
def test_what_one_organization_says_is_true_in_that_organization_alone() -> None:
    """(QUALITY 75)"""
    keys.ring(now=NOW)  # once for all the games: each is undone, and a key takes its time
    run_state_machine_as_test(
        Impostor,
        settings=hypothesis_settings(
            max_examples=12,
            stateful_step_count=MOVES,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

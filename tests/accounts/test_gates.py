"""Which proof opens a gate, and for how long; and what a page says of it beforehand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template

from accounts import gates
from accounts.client.entities import Factor, MemberSession
from accounts.gates import Gate

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def factor(kind: str, *, minutes_ago: float = 1) -> Factor:
    return Factor(kind, kind, NOW - minutes_ago * MINUTE)


CASES = [
    # gate, has a second factor, what was proven when, open?
    (Gate(), False, [factor("email_otp")], True),
    (Gate(), False, [factor("sso")], True),
    (Gate(), True, [factor("email_otp")], False),
    (Gate(), True, [factor("email_otp"), factor("totp")], True),
    (Gate(), True, [factor("otp")], True),
    (Gate(), True, [factor("recovery_codes")], True),
    (Gate(), True, [factor("email_otp"), factor("totp", minutes_ago=6)], False),
    (Gate(), False, [factor("email_otp", minutes_ago=5)], True),
    (Gate(), False, [factor("email_otp", minutes_ago=5.1)], False),
    (Gate(within=MINUTE / 2), False, [factor("email_otp")], False),
    (Gate(factor="any"), True, [factor("email_otp")], True),
    (Gate(factor="totp"), True, [factor("otp")], False),
    (Gate(factor="totp"), False, [factor("totp")], True),
    (Gate(factor="password"), False, [factor("email_otp")], False),
    (Gate(), False, [], False),
    # support that looks in, and a session brought from elsewhere, prove nothing about the member
    (Gate(), False, [factor("impersonated")], False),
    (Gate(factor="any"), False, [factor("imported")], False),
]


@pytest.mark.parametrize(("gate", "has_second", "factors", "is_open"), CASES)
def test_a_gate_opens_by_factor_and_age(
    gate: Gate, has_second: bool, factors: list[Factor], is_open: bool
) -> None:
    """(QUALITY 49)"""
    assert gate.is_passed(factors, has_second=has_second, now=NOW) is is_open


@pytest.mark.parametrize("wrong", [{"factor": "topt"}, {"factor": "sso"}, {"within": 0 * MINUTE}])
def test_one_that_nobody_could_pass_is_refused_at_once(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"factor|nobody"):
        Gate(**wrong)  # type: ignore[arg-type]


def test_a_route_tells_its_gate() -> None:
    assert gates.at("/security/default") == Gate()
    assert gates.at("/security?a=1") is None
    assert gates.at("/nowhere") is None


def said(member: MemberSession, action: str = "/security/default", more: str = "") -> str:
    template = Template("{% load gates %}{% announce_gate member action " + more + " %}")
    return str(template.render(Context({"member": member, "action": action, "app": ("totp",)})))


def session(*factors: Factor) -> MemberSession:
    return MemberSession("s", "m", "o", "acme", NOW, NOW, NOW + 60 * MINUTE, factors)


@pytest.fixture
def _noon(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_noon")
def test_a_gate_is_announced_before_a_form_is_filled_in() -> None:
    """(QUALITY 49): from the times in the JWT; no database, no service is there to be asked."""
    before = session(factor("email_otp", minutes_ago=9))
    assert "You’ll be asked to prove that it’s you" in said(before)
    assert not said(session(factor("email_otp"))).strip()
    assert not said(before, "/security").strip()


@pytest.mark.usefixtures("_noon")
def test_the_announcement_goes_by_the_second_factor_there_is() -> None:
    just_mailed = session(factor("email_otp"))
    assert "asked" in said(just_mailed, more="second=app")
    assert "asked" in said(session(factor("email_otp"), factor("totp", minutes_ago=9)))

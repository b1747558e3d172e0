"""The ways in which a member can prove once more who they are, on top of their session."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from accounts import factor_forms, refusals
from accounts.account import Account
from accounts.client.outcomes import AuthOutcome
from accounts.forms import Code
from accounts.gates import Gate
from accounts.password_forms import CurrentPassword
from accounts.service import identity
from accounts.visitors import Visitor

NOT_YOURS = "That isn’t your password here. Check it, or choose another way."

Call = Callable[[Account, str, Visitor], AuthOutcome]


@dataclass(frozen=True, slots=True)
class Proof:
    """`call` takes the account, what was typed into `field`, and who typed it.

    `factor_type` is the type of the factor that it adds to the session (CONTRACT 3.5).
    """

    factor_type: str
    form: type[forms.Form]
    wrong: str
    call: Call
    field: str = "code"
    is_sent: bool = False


def ways(account: Account, gate: Gate) -> tuple[str, ...]:
    """Those that open the gate and that the member has; the one they are used to comes first."""
    has_second = bool(account.usable)
    return tuple(
        way
        for way in (*_second(account), *_first(account))
        if gate.takes(PROOFS[way].factor_type, has_second=has_second)
    )


def _second(account: Account) -> tuple[str, ...]:
    named = {"totp": ("app", "recovery"), "sms_otp": ("sms",)}
    preferred = sorted(account.usable, key=lambda each: each != account.member.default_mfa_method)
    found = [way for method in preferred for way in named[method]]
    return tuple(sorted(found, key="recovery".__eq__))


def _first(account: Account) -> tuple[str, ...]:
    return ("email", "password") if account.member.password_id else ("email",)


def send(account: Account, way: str, *, by: Visitor) -> None:
    """A code on its way to the phone or to the mailbox."""
    if way == "sms":
        identity().second_factors.send_sms(
            session_token=account.session_token, client_ip=by["client_ip"], **account.whose
        )
    else:
        identity().factors.send_code(
            organization_id=account.member.organization_id,
            email_address=account.member.email_address,
            **by,
        )


def _by_app(account: Account, code: str, by: Visitor) -> AuthOutcome:
    return identity().second_factors.authenticate_totp(
        code=code, client_ip=by["client_ip"], **account.step
    )


def _by_sms(account: Account, code: str, by: Visitor) -> AuthOutcome:
    return identity().second_factors.authenticate_sms(
        code=code, client_ip=by["client_ip"], **account.step
    )


def _by_recovery(account: Account, code: str, by: Visitor) -> AuthOutcome:
    recovered = identity().second_factors.recover(
        recovery_code=code, client_ip=by["client_ip"], **account.step
    )
    return recovered.authenticated


def _by_email(account: Account, code: str, by: Visitor) -> AuthOutcome:
    return identity().factors.authenticate_code(
        organization_id=account.member.organization_id,
        email_address=account.member.email_address,
        code=code,
        session_token=account.session_token,
        **by,
    )


def _by_password(account: Account, password: str, by: Visitor) -> AuthOutcome:
    return identity().passwords.authenticate(
        organization_id=account.member.organization_id,
        email_address=account.member.email_address,
        password=password,
        session_token=account.session_token,
        **by,
    )


PROOFS = {
    "app": Proof("totp", factor_forms.AppCode, refusals.WRONG_APP_CODE, _by_app),
    "sms": Proof("otp", factor_forms.TextCode, refusals.WRONG_TEXT_CODE, _by_sms, is_sent=True),
    "recovery": Proof(
        "recovery_codes", factor_forms.RecoveryCode, refusals.WRONG_RECOVERY_CODE, _by_recovery
    ),
    "email": Proof("email_otp", Code, refusals.WRONG_CODE, _by_email, is_sent=True),
    "password": Proof("password", CurrentPassword, NOT_YOURS, _by_password, field="password"),
}

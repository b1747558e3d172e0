"""Who may take a second step: the holder of a session or sign-in of that very member (2.4, 5.5)."""

from dataclasses import dataclass
from datetime import datetime

from identity.errors import bad_request, forbidden, unauthorized
from identity.factors import Factor
from identity.models import Member
from identity.operations import locks, proofs, strange_accounts
from identity.operations.decisions import decision_of
from identity.operations.mailbox import Held
from identity.operations.presented import ALiveSession, AnIntermediate, Presented
from identity.operations.standing import current_factors, rules_of, standing_of
from identity.policy import IMPERSONATED, PrimaryMissing, second_is_allowed

SMS_OTP, TOTP = "sms_otp", "totp"


@dataclass(frozen=True, slots=True)
class Step:
    """A member on the way to a second factor, by what, and with which factors in hand."""

    member: Member
    by: ALiveSession | AnIntermediate
    factors: tuple[Factor, ...]


def permitted(member: Member, *, held: Held, method: str, now: datetime) -> Step:
    """This will look at what the caller holds; it consumes nothing (CONTRACT 5.2).

    Stricter than the contract, where a token is optional until a factor is active: without one,
    anybody who may call could have texts sent to any number, and enrol their own phone for
    somebody else (QUALITY 29).
    Raises no_session_arguments 400 and what `Held.resolve` raises, what `_step` raises,
    user_lock_limit_reached 429, operation_restricted_by_organization_mfa_methods 403 and
    action_available_only_once_primary_authentication_is_met 403 (statuses INFERRED).
    """
    step = _step(member, held.resolve(now=now))
    if locks.is_locked(member, now=now):
        raise locks.locked()
    if not is_allowed(member, method):
        raise forbidden(
            "operation_restricted_by_organization_mfa_methods",
            "The organization does not allow this second factor.",
        )
    _check_primary(step)
    return step


def check_may_enrol(step: Step) -> None:
    """A factor beside one that is active takes a proof of that one, or a recovery code (2.4).

    Asked again when the new one is activated: what somebody with the first factor alone began
    while nothing was active must not become a way around what is active now. A factor that the
    organization doesn't allow (any more) is not active, or its owner could never replace it.
    """
    if has_active_factor(step.member) and not any(each.is_secondary for each in step.factors):
        raise unauthorized(
            "insufficient_factors", "A second factor is active and has to be proven first."
        )


def has_active_factor(member: Member) -> bool:
    """5.5: a verified phone or an authenticator, of a method that is allowed."""
    active = {SMS_OTP: member.mfa_phone_number_verified, TOTP: bool(member.totp_registration_id)}
    return any(active[method] and is_allowed(member, method) for method in active)


def is_allowed(member: Member, method: str) -> bool:
    return second_is_allowed(rules_of(member.organization), standing_of(member), method)


def _step(member: Member, presented: Presented) -> Step:
    """Raises member_session_member_id_mismatch 400, session_not_mutable 403 for impersonated
    sessions, and for intermediate sessions of somebody else (INFERRED)
    invalid_intermediate_session_token_for_organization 400.
    """
    match presented:
        case ALiveSession(session, _):
            if session.member_id != member.member_id:
                raise bad_request(
                    "member_session_member_id_mismatch", "The session is of another member."
                )
            if any(factor.type == IMPERSONATED for factor in session.factors):
                raise forbidden("session_not_mutable", "An impersonated session takes no factors.")
            return Step(member, presented, current_factors(member, session.factors))
        case AnIntermediate(intermediate, _):
            if not proofs.is_of(intermediate, member):
                raise bad_request(
                    "invalid_intermediate_session_token_for_organization",
                    "The intermediate session is of somebody else.",
                )
            proof = proofs.of_intermediate(intermediate)
            return Step(member, presented, proofs.as_member(proof, member))
        case _:
            raise bad_request(
                "no_session_arguments",
                "One of intermediate_session_token, session_token and session_jwt must be given.",
            )


def _check_primary(step: Step) -> None:
    """5.4: primary first. So what follows always ends in a session, as the contract has it."""
    joining = step.member.status != Member.Status.ACTIVE
    factors = strange_accounts.doubted(step.member, step.factors)
    if isinstance(decision_of(step.member, factors, joining=joining), PrimaryMissing):
        raise forbidden(
            "action_available_only_once_primary_authentication_is_met",
            "A primary factor is missing; it comes first.",
        )

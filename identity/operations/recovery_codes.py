"""Recovery codes: minted with the first authenticator, shown, used once each (CONTRACT 2.5)."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from identity.errors import ApiError, bad_request, not_found, unauthorized
from identity.factors import Factor
from identity.models import Member, RecoveryCode, TotpRegistration
from identity.models.replay import REPLAY_WINDOW
from identity.operations import audit, members, notices, second_factor, second_step
from identity.operations.second_factor import Given, Kind, Proven
from identity.operations.second_step import Step
from identity.operations.sign_in import Finished
from identity.tokens import CODE_DIGITS, same, sealer

# CONTRACT 1.6: the number is INFERRED there.
COUNT = 10
GROUPS, GROUP_LENGTH = 3, 4
# Lower case, without what is mistaken on paper: 32 signs, so 12 of them are 60 bits.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
SEALED_FOR = "recovery-code"


def recover(*, given: Given, now: datetime) -> tuple[Finished, int]:
    """This will use a code up in place of the second factor; returns how many are left.

    Raises what `second_factor.authenticate` raises; totp_code_used_as_recovery_code 400,
    recovery_codes_not_found 404, unable_to_authenticate_recovery_code 401.
    """
    if len(given.code) == CODE_DIGITS and given.code.isdecimal():
        raise bad_request(
            "totp_code_used_as_recovery_code", "This looks like a code of an authenticator app."
        )
    finished = second_factor.authenticate(KIND, given=given, now=now)
    return finished, _live(given.member).count()


def listed(member: Member, *, now: datetime) -> tuple[str, ...]:
    """The unused ones in clear; whoever asks is on record."""
    audit.record(action="recovery_codes.read", outcome="success", member=member, now=now)
    return of(member)


def rotate(member: Member, *, now: datetime) -> tuple[str, ...]:
    """This will replace all of them.

    Raises no_active_recovery_code_backed_factor 400 when there is nothing they could stand in for.
    """
    with transaction.atomic():
        held = members.locked(member)
        if not held.totp_registration_id and not _live(held).exists():
            raise bad_request(
                "no_active_recovery_code_backed_factor", "The member has no authenticator app."
            )
        RecoveryCode.objects.filter(member=held).delete()
        codes = mint(held, now=now)
        audit.record(action="recovery_codes.rotate", outcome="success", member=held, now=now)
    notices.tell(held, notices.RECOVERY_CODES_ROTATED, now=now)
    return codes


def mint(
    member: Member,
    *,
    codes: Sequence[str] = (),
    pending: TotpRegistration | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """This will store new codes, or those given; `pending` ones open nothing before `activate`."""
    minted = tuple(codes) or tuple(_new() for _ in range(COUNT))
    seal = sealer(SEALED_FOR).encrypt
    RecoveryCode.objects.bulk_create(
        RecoveryCode(
            member=member,
            pending=pending,
            code_sealed=seal(code.encode()),
            position=position,
            created_at=now,
        )
        for position, code in enumerate(minted)
    )
    return minted


def activate(registration: TotpRegistration) -> None:
    RecoveryCode.objects.filter(pending=registration).update(pending=None)


def of(member: Member) -> tuple[str, ...]:
    """Those that still work, in clear."""
    unseal = sealer(SEALED_FOR).decrypt
    return tuple(unseal(bytes(each.code_sealed)).decode() for each in _live(member))


def forget_without_factor(member: Member) -> None:
    """They go with the last factor that they could stand in for."""
    if not member.totp_registration_id and not member.mfa_phone_number_verified:
        RecoveryCode.objects.filter(member=member, pending=None).delete()


def _new() -> str:
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _live(member: Member) -> QuerySet[RecoveryCode]:
    return RecoveryCode.objects.filter(member=member, pending=None, consumed_at=None)


def _just_used(member: Member, now: datetime) -> Iterable[RecoveryCode]:
    used = RecoveryCode.objects.filter(member=member, consumed_at__gt=now - REPLAY_WINDOW)
    return used.order_by("-consumed_at")


def _prove(step: Step, code: str, now: datetime) -> Proven | ApiError:
    rows = list(_live(step.member))
    if not rows:
        return not_found("recovery_codes_not_found", "The member has no recovery codes.")
    unseal, wanted = sealer(SEALED_FOR).decrypt, _plain(code)
    # All of them are compared, so that time doesn't tell which one was close.
    right = [row for row in rows if same(_plain(unseal(bytes(row.code_sealed)).decode()), wanted)]
    if not right or not wanted:
        return unauthorized(
            "unable_to_authenticate_recovery_code", "The recovery code is wrong or was used."
        )
    detail = {"totp_recovery_code_id": right[0].recovery_code_id}
    factor = Factor("recovery_codes", "recovery_code", now, "recovery_code_factor", detail)
    return Proven(right[0], factor, notice=notices.RECOVERY_CODE_USED)


def _plain(code: str) -> str:
    """As people type it from paper: with or without dashes, in any case."""
    return "".join(sign for sign in code if sign.isalnum()).lower()


KIND = Kind("recovery_codes", second_step.TOTP, _just_used, _prove, enrols=False)

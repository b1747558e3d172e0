"""Authenticator apps over HTTP (CONTRACT 2.5)."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity.api import edge, mailed, second_steps, wire, wire_sessions
from identity.operations import totp

router = Router(auth=edge.project_auth)

# Whatever people type: the operation tells recovery codes from codes.
TypedCode = Annotated[str, Field(max_length=64)]
RecoveryCode = Annotated[str, Field(min_length=6, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class Create(second_steps.Begins):
    expiration_minutes: mailed.Minutes = None


class Authenticate(second_steps.Enrols):
    code: TypedCode


class Migrate(second_steps.OfMember):
    secret: Annotated[str, Field(max_length=256)]
    recovery_codes: Annotated[list[RecoveryCode], Field(max_length=50)]


@router.post("")
def create(request: edge.ApiRequest, body: Create) -> HttpResponse:
    registered = totp.create(
        member=body.member(),
        held=body.held(),
        minutes=body.expiration_minutes,
        now=request.now,
    )
    answer = {
        **wire.both(registered.member),
        "totp_registration_id": registered.registration_id,
        "secret": registered.secret,
        "qr_code": registered.qr_code,
        "recovery_codes": list(registered.recovery_codes),
    }
    return edge.ok(request, answer)


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    given = body.given(request, code=body.code.strip())
    finished = totp.authenticate(given=given, now=request.now)
    return edge.ok(request, wire_sessions.completed(finished))


@router.post("/migrate")
def migrate(request: edge.ApiRequest, body: Migrate) -> HttpResponse:
    registered = totp.migrate(
        member=body.member(), secret=body.secret, codes=body.recovery_codes, now=request.now
    )
    answer = {
        **wire.both(registered.member),
        "totp_registration_id": registered.registration_id,
        "recovery_codes": list(registered.recovery_codes),
    }
    return edge.ok(request, answer)

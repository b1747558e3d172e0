"""Codes by text over HTTP (CONTRACT 2.4)."""

from typing import Literal

from django.http import HttpResponse
from ninja import Router

from identity import visitors
from identity.api import edge, otps, second_steps, wire, wire_sessions
from identity.api.schemas import OtpLocale
from identity.api.schemas_members import PhoneNumber
from identity.operations import second_factor, sms, sms_codes

router = Router(auth=edge.project_auth)


class Send(second_steps.Begins):
    mfa_phone_number: PhoneNumber | Literal[""] = ""
    locale: OtpLocale = "en"


class Authenticate(second_steps.Enrols):
    code: otps.Code


@router.post("/send")
def send(request: edge.ApiRequest, body: Send) -> HttpResponse:
    member = sms.send(
        member=body.member(),
        phone_number=body.mfa_phone_number,
        held=body.held(),
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, wire.both(member))


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    given = body.given(request, code=body.code)
    finished = second_factor.authenticate(sms_codes.KIND, given=given, now=request.now)
    return edge.ok(request, wire_sessions.completed(finished))

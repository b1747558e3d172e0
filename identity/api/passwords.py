"""Passwords over HTTP (CONTRACT 2.6)."""

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import AfterValidator, Field

from identity import breaches, password_hash, visitors
from identity.api import edge, mailed, sign_in, wire
from identity.api.magic_links import Challenge, RedirectUrl, Verifier
from identity.api.schemas import Body, EmailAddress, Locale
from identity.operations import password_reset, passwords, strength, work_allowances
from identity.operations.link_mail import Way
from identity.operations.password_reset import Wish
from identity.operations.passwords import Claim

router = Router(auth=edge.project_auth)

Password = Annotated[
    str, Field(max_length=password_hash.LONGEST), AfterValidator(password_hash.spelled)
]


# The caller's page is open to strangers and wants to learn of nobody; no part of the contract.
FOR_STRANGER = "X-Foyer-For-Stranger"


class Authenticate(mailed.Entering):
    organization_id: str
    email_address: EmailAddress
    password: Password
    locale: Locale = "en"


class CheckStrength(Body):
    password: Password
    email_address: EmailAddress | Literal[""] = ""


class StartReset(Body):
    organization_id: str
    email_address: EmailAddress
    reset_password_redirect_url: RedirectUrl = ""
    reset_password_expiration_minutes: mailed.Minutes = None
    login_redirect_url: RedirectUrl = ""
    code_challenge: Challenge = ""
    locale: Locale = "en"


class Reset(mailed.Entering):
    password_reset_token: mailed.Token
    password: Password
    code_verifier: Verifier = ""
    locale: Locale = "en"


class ResetByExisting(mailed.Entering):
    organization_id: str
    email_address: EmailAddress
    existing_password: Password
    new_password: Password
    locale: Locale = "en"


class ResetBySession(mailed.Entering):
    organization_id: str
    password: Password
    locale: Locale = "en"


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    finished = passwords.authenticate(
        Claim(
            organization_id=body.organization_id,
            email_address=body.email_address,
            password=body.password,
            visitor=visitors.named(request),
        ),
        held=body.held(),
        terms=body.terms(),
        now=request.now,
    )
    of_organization = {"organization_id": finished.organization.organization_id}
    return edge.ok(request, {**sign_in.answer(request, finished), **of_organization})


@router.post("/strength_check")
def strength_check(request: edge.ApiRequest, body: CheckStrength) -> HttpResponse:
    work_allowances.judge_strength(visitor=visitors.named(request), now=request.now)
    judged = strength.judge(body.password, about=(body.email_address,))
    feedback = {"warning": judged.warning, "suggestions": list(judged.suggestions)}
    answer = {
        "valid_password": judged.is_good,
        "score": judged.score,
        "breached_password": judged.breached,
        "strength_policy": strength.POLICY,
        "breach_detection_on_create": breaches.is_on(),
        "luds_feedback": None,
        "zxcvbn_feedback": feedback,
    }
    return edge.ok(request, answer)


@router.post("/email/reset/start")
def start_reset(request: edge.ApiRequest, body: StartReset) -> HttpResponse:
    wish = Wish(
        reset=Way(body.reset_password_redirect_url, body.reset_password_expiration_minutes),
        login=Way(body.login_redirect_url),
        challenge=body.code_challenge,
        visitor=visitors.of(request),
    )
    member = password_reset.start(
        organization_id=body.organization_id,
        email_address=body.email_address,
        wish=wish,
        for_stranger=request.headers.get(FOR_STRANGER) == "true",
        now=request.now,
    )
    if member is None:
        return edge.ok(request, {})
    answer = {
        "member_id": member.member_id,
        "member_email_id": member.email_id,
        "member": wire.member(member),
    }
    return edge.ok(request, answer)


@router.post("/email/reset")
def reset(request: edge.ApiRequest, body: Reset) -> HttpResponse:
    finished = password_reset.reset(
        token=body.password_reset_token,
        password=body.password,
        verifier=body.code_verifier,
        held=body.held(),
        terms=body.terms(),
        visitor=visitors.named(request),
        now=request.now,
    )
    of_member = {
        "member_email_id": finished.member.email_id,
        "organization_id": finished.organization.organization_id,
    }
    return edge.ok(request, {**sign_in.answer(request, finished), **of_member})


@router.post("/existing_password/reset")
def reset_by_existing(request: edge.ApiRequest, body: ResetByExisting) -> HttpResponse:
    finished = passwords.reset_by_existing(
        Claim(
            organization_id=body.organization_id,
            email_address=body.email_address,
            password=body.existing_password,
            visitor=visitors.named(request),
        ),
        password=body.new_password,
        held=body.held(),
        terms=body.terms(),
        now=request.now,
    )
    return edge.ok(request, sign_in.answer(request, finished))


@router.post("/session/reset")
def reset_by_session(request: edge.ApiRequest, body: ResetBySession) -> HttpResponse:
    finished = passwords.reset_by_session(
        organization_id=body.organization_id,
        password=body.password,
        held=body.held(),
        terms=body.terms(),
        now=request.now,
    )
    answer = sign_in.answer(request, finished)
    # The contract has no room for it here: the session it comes from has met it.
    del answer["primary_required"]
    return edge.ok(request, answer)

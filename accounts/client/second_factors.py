"""Second factors: SMS code, authenticator app, recovery codes (CONTRACT 2.4, 2.5, 2.9)."""

from dataclasses import dataclass, field
from typing import Unpack

from accounts.client import members, parse, session_fields, wire
from accounts.client._http import Http, given, path
from accounts.client.entities import Member
from accounts.client.outcomes import Authenticated, parse_authenticated
from accounts.client.session_fields import SessionFields
from accounts.client.wire import Json

TOTP = "/v1/b2b/totp"
RECOVERY_CODES = "/v1/b2b/recovery_codes"
# the member's id comes last here, and nowhere else: CONTRACT 2.9
PHONE = "/v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}"


class MemberStep(SessionFields):
    """Whose second step it is; exactly one of the two tokens must be given."""

    organization_id: str
    member_id: str


class Enrolment(MemberStep, total=False):
    """`enroll` asks for a second step at each sign-in, or no more; None leaves it as it is."""

    set_default: bool
    enroll: bool | None


@dataclass(frozen=True, slots=True)
class TotpRegistration:
    """An authenticator app to be confirmed by its first code, within the hour.

    `secret` is base32, `qr_code` a data:image/… URI or "", the recovery codes are those to keep.
    """

    registration_id: str
    secret: str = field(repr=False)
    qr_code: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recovered:
    """Signed in by a recovery code, of which `remaining` are left."""

    authenticated: Authenticated
    remaining: int


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Every method raises Unavailable, or Rejected: WrongCredentials for a code that is wrong,
    used or expired, StepExpired, SessionExpired, MemberLocked, RateLimited, Forbidden.

    A failed code uses no token up. `client_ip` is the visitor's address; "" when unknown. With
    `acting_session_token` that session's roles must allow the change, else Forbidden.
    """

    http: Http

    def send_sms(
        self,
        *,
        organization_id: str,
        member_id: str,
        phone_number: str = "",
        session_token: str = "",
        intermediate_token: str = "",
        client_ip: str = "",
    ) -> Member:
        """Text a code, good for two minutes; `phone_number` (E.164) only if none is stored yet."""
        fields = given(
            organization_id=organization_id,
            member_id=member_id,
            mfa_phone_number=phone_number,
            session_token=session_token,
            intermediate_session_token=intermediate_token,
        )
        return _member(self.http.post("/v1/b2b/otps/sms/send", fields, client_ip=client_ip))

    def authenticate_sms(
        self, *, code: str, client_ip: str = "", **step: Unpack[Enrolment]
    ) -> Authenticated:
        """Prove a texted code; the phone then counts as verified."""
        fields = {"code": code, **_enrolment(step)}
        body = self.http.post("/v1/b2b/otps/sms/authenticate", fields, client_ip=client_ip)
        return parse_authenticated(body)

    def create_totp(
        self,
        *,
        organization_id: str,
        member_id: str,
        session_token: str = "",
        intermediate_token: str = "",
    ) -> TotpRegistration:
        """Begin with an authenticator app; its first code, authenticated, makes it active.

        Raises Rejected with active_totp_exists when there is one.
        """
        fields = given(
            organization_id=organization_id,
            member_id=member_id,
            session_token=session_token,
            intermediate_session_token=intermediate_token,
        )
        return _totp_registration(self.http.post(TOTP, fields))

    def authenticate_totp(
        self, *, code: str, client_ip: str = "", **step: Unpack[Enrolment]
    ) -> Authenticated:
        """Prove an app's code, which can't be used twice."""
        fields = {"code": code, **_enrolment(step)}
        return parse_authenticated(
            self.http.post(f"{TOTP}/authenticate", fields, client_ip=client_ip)
        )

    def recover(
        self, *, recovery_code: str, client_ip: str = "", **step: Unpack[MemberStep]
    ) -> Recovered:
        """Use a recovery code up instead of the second step."""
        fields = {"recovery_code": recovery_code, **_step(step)}
        body = self.http.post(f"{RECOVERY_CODES}/recover", fields, client_ip=client_ip)
        return Recovered(parse_authenticated(body), wire.number(body, "recovery_codes_remaining"))

    def recovery_codes(self, *, organization_id: str, member_id: str) -> tuple[str, ...]:
        """Read the codes still good, in clear: for the member's own eyes, never for a log."""
        one = path(
            f"{RECOVERY_CODES}/{{organization_id}}/{{member_id}}",
            organization_id=organization_id,
            member_id=member_id,
        )
        return wire.texts(self.http.get(one), "recovery_codes", required=True)

    def rotate_recovery_codes(self, *, organization_id: str, member_id: str) -> tuple[str, ...]:
        """Replace all codes, which works from now on for none of the old ones."""
        fields = {"organization_id": organization_id, "member_id": member_id}
        body = self.http.post(f"{RECOVERY_CODES}/rotate", fields)
        return wire.texts(body, "recovery_codes", required=True)

    def delete_phone(
        self, *, organization_id: str, member_id: str, acting_session_token: str = ""
    ) -> Member:
        """Forget the phone; sessions that were proven by it keep that factor."""
        one = path(PHONE, organization_id=organization_id, member_id=member_id)
        return _member(self.http.delete(one, acting_session_token=acting_session_token))

    def delete_totp(
        self, *, organization_id: str, member_id: str, acting_session_token: str = ""
    ) -> Member:
        """Forget the authenticator app; sessions that were proven by it keep that factor."""
        one = path(f"{members.ONE}/totp", organization_id=organization_id, member_id=member_id)
        return _member(self.http.delete(one, acting_session_token=acting_session_token))

    def set_default(
        self, *, organization_id: str, member_id: str, method: str, acting_session_token: str = ""
    ) -> Member:
        """Choose sms_otp or totp; Rejected with default_mfa_member_missing_factor without it."""
        one = path(members.ONE, organization_id=organization_id, member_id=member_id)
        fields = {"default_mfa_method": method}
        return _member(self.http.put(one, fields, acting_session_token=acting_session_token))


def _enrolment(step: Enrolment) -> dict[str, object]:
    enroll = {True: "enroll", False: "unenroll", None: ""}[step.get("enroll")]
    return {
        **_step(step),
        **given(set_mfa_enrollment=enroll, set_default_mfa=step.get("set_default") or None),
    }


def _step(step: MemberStep) -> dict[str, object]:
    whose = {"organization_id": step["organization_id"], "member_id": step["member_id"]}
    return {**whose, **session_fields.wire(step)}


def _totp_registration(body: Json) -> TotpRegistration:
    qr_code = wire.text(body, "qr_code", default="")
    return TotpRegistration(
        registration_id=wire.filled(body, "totp_registration_id"),
        secret=wire.filled(body, "secret"),
        # shown as an image: an address of any other kind could lead anywhere
        qr_code=qr_code if qr_code.startswith("data:image/") else "",
        recovery_codes=wire.texts(body, "recovery_codes", required=True),
    )


def _member(body: Json) -> Member:
    return parse.member(wire.parent(body, "member"))

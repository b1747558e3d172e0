"""An authenticator app being set up: its secret as a picture and in text, sealed meanwhile."""

from urllib.parse import quote

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.auth import AuthRequest
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.hydration import hydrate
from accounts.pending import CodesToKeep, Enrolling


def begin(
    request: AuthRequest, *, member_id: str, secret: str, sign_in: MfaRequired | None = None
) -> None:
    """Keep the secret in the sealed cookie of the step: the service shows it just once."""
    enrolling = Enrolling(member_id, secret, begun_at=timezone.now(), sign_in=sign_in)
    request.auth.replace(pending=enrolling, next=request.auth.credentials.next)


def begun(request: AuthRequest, *, member_id: str) -> Enrolling | None:
    """What this member began, and nobody else."""
    step = request.auth.credentials.pending
    return step if isinstance(step, Enrolling) and step.member_id == member_id else None


def picture(
    enrolling: Enrolling, *, organization_name: str, email_address: str
) -> dict[str, object]:
    """For the page: the QR code as inline SVG, and the secret in groups that can be typed."""
    uri = otpauth(enrolling.secret, issuer=organization_name, account=email_address)
    groups = [enrolling.secret[start : start + 4] for start in range(0, len(enrolling.secret), 4)]
    return {"qr_code": svg(uri), "secret": " ".join(groups)}


def otpauth(secret: str, *, issuer: str, account: str) -> str:
    """The address that authenticator apps read (Key URI format)."""
    label = f"{quote(issuer.replace(':', ' '), safe='')}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"


def svg(text: str) -> SafeString:
    """No style attribute in it: the CSP would strip that."""
    code = segno.make(text, micro=False, error="m")
    drawn = code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 segno draws squares; the text is not in it


def finish(request: AuthRequest, outcome: Authenticated, *, onward: str) -> HttpResponse:
    """Signed in or still so, and first of all: recovery codes to put away."""
    response = hydrate(request, outcome, next=reverse("accounts:recovery_codes"))
    keep = CodesToKeep(outcome.session.member_id, made_at=timezone.now(), next=onward)
    request.auth.replace(pending=keep)
    return response

"""How a proven mailbox goes on: into an organization, or to the list of those it may enter."""

from dataclasses import dataclass
from datetime import datetime

from identity.errors import intermediate_session_not_found
from identity.factors import Factor, email_factor
from identity.models import EmailCode, IntermediateSession, MagicLink, Member
from identity.operations import discovered, presented
from identity.operations.discovered import Discovered
from identity.operations.one_time import Use
from identity.operations.presented import Presented
from identity.operations.sign_in import Finished, Terms, new_intermediate, resume, sign_in

Mailed = EmailCode | MagicLink


@dataclass(frozen=True, slots=True)
class Held:
    """The tokens that came along, looked up only when they are needed (one_time.Use)."""

    session_token: str = ""
    session_jwt: str = ""
    intermediate_session_token: str = ""

    def resolve(self, *, now: datetime) -> Presented:
        return presented.resolve(
            session_token=self.session_token,
            session_jwt=self.session_jwt,
            intermediate_session_token=self.intermediate_session_token,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Recognized:
    """The end of a discovery: who it is, where they may go, and the token to go there with."""

    email_address: str
    intermediate_session_token: str
    expires_at: datetime
    organizations: tuple[Discovered, ...]


def discovery(*, factor_type: str, now: datetime) -> Use[Mailed, Recognized]:
    """For codes and links that were sent without naming an organization."""

    def first(row: Mailed) -> tuple[Recognized, str]:
        # No member yet, hence no e-mail id; `renamed_for_email` gives it one later.
        factor = _factor(factor_type, email_id="", email_address=row.email_address, now=now)
        intermediate, token = new_intermediate(
            email_address=row.email_address, factors=(factor,), now=now
        )
        return recognized(intermediate, token=token, now=now), token

    def again(token: str) -> Recognized:
        found = presented.intermediate(token)
        if found is None or found.expires_at <= now:
            raise intermediate_session_not_found()
        return recognized(found, token=token, now=now)

    return Use(first, again)


def entering(*, factor_type: str, held: Held, terms: Terms, now: datetime) -> Use[Mailed, Finished]:
    """For codes and links of one organization."""

    def first(row: Mailed) -> tuple[Finished, str]:
        member = Member.objects.select_related("organization").get(pk=row.member_id)
        factor = _factor(
            factor_type, email_id=member.email_id, email_address=row.email_address, now=now
        )
        finished = sign_in(
            member=member,
            factors=(factor,),
            presented=held.resolve(now=now),
            joining=member.status != Member.Status.ACTIVE,
            terms=terms,
            now=now,
        )
        return finished, finished.session_token or finished.intermediate_session_token

    return Use(first, lambda token: resume(answer=token, now=now))


def _factor(factor_type: str, *, email_id: str, email_address: str, now: datetime) -> Factor:
    return email_factor(type=factor_type, email_id=email_id, email_address=email_address, now=now)


def recognized(intermediate: IntermediateSession, *, token: str, now: datetime) -> Recognized:
    organizations = discovered.discovered_organizations(
        email_address=intermediate.email_address, factors=intermediate.factors, now=now
    )
    return Recognized(intermediate.email_address, token, intermediate.expires_at, organizations)

"""A person founds an organization: once by a sign-in, and so many in a day (CONTRACT 2.2)."""

from datetime import datetime
from typing import Any

from django.conf import settings

from identity.errors import ApiError, bad_request, unauthorized
from identity.models import IntermediateSession, Member
from identity.operations import members, organizations, presented, proofs, work_allowances
from identity.policy import transferable
from identity.rbac import ADMIN
from identity.visitors import Visitor


def check_allowed() -> None:
    """Raises endpoint_not_authorized_for_sdk 401: the contract's name for what a project keeps to
    its backends, who make organizations by POST organizations (CHOICE: at Stytch the switch is for
    calls of frontends; here it is for every founding by a person).
    """
    if not settings.CREATE_ORGANIZATIONS:
        raise unauthorized(
            "endpoint_not_authorized_for_sdk",
            "People may not create organizations in this project.",
        )


def spend(token: str, *, visitor: Visitor, now: datetime) -> None:
    """This will count a founding, or raise too_many_requests: before anything is written.
    Raises what `proofs.check_is_vouched_for` raises.

    Nobody's allowance is used up but theirs who has shown the address.
    """
    held = presented.intermediate(token)
    if held is None or held.expires_at <= now or held.consumed_at is not None or held.founded_id:
        return  # nothing will be founded
    proof = proofs.of_intermediate(held)
    proofs.check_is_vouched_for(proof)
    if proof.home is None or transferable(proof.factors):
        work_allowances.found(email_address=proof.email_address, visitor=visitor, now=now)


def founder(intermediate: IntermediateSession, *, fields: dict[str, Any], now: datetime) -> Member:
    """Of a new organization, `pending` until nothing is missing any more.

    Raises what `organizations.create` and `proofs.check_counts` raise, and
    organization_already_founded 400 (ours: the contract lets a token found any number).
    """
    if intermediate.founded_id:
        raise _already_founded()
    proofs.check_is_vouched_for(proofs.of_intermediate(intermediate))
    address = intermediate.email_address
    organization = organizations.create_with_defaults(fields=fields, email_address=address, now=now)
    proofs.check_counts(proofs.of_intermediate(intermediate), organization)
    status = Member.Status.PENDING
    fields = {"email_address": address, "roles": [ADMIN], "status": status}
    intermediate.founded = organization
    intermediate.save(update_fields=["founded"])
    return members.create(organization=organization, fields=fields, now=now)


def _already_founded() -> ApiError:
    return bad_request(
        "organization_already_founded",
        "This sign-in has founded an organization already; complete the sign-in to that one.",
    )

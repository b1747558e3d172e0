"""What of the contract's passwords is not offered: refused in its own words (CONTRACT 2.6)."""

from typing import Literal

from django.http import HttpResponse
from ninja import Router

from identity.api import edge
from identity.api.schemas import Body, EmailAddress
from identity.errors import ApiError, bad_request

router = Router(auth=edge.project_auth)

HashType = Literal[
    "bcrypt", "md_5", "argon_2i", "argon_2id", "sha_1", "sha_512", "scrypt", "phpass", "pbkdf_2"
]


class Migrate(Body):
    organization_id: str
    email_address: EmailAddress
    hash: str
    hash_type: HashType


@router.post("/discovery/authenticate")
def authenticate_discovery(request: edge.ApiRequest) -> HttpResponse:
    raise _of_one_organization()


@router.post("/discovery/email/reset/start")
def start_discovery_reset(request: edge.ApiRequest) -> HttpResponse:
    raise _of_one_organization()


@router.post("/discovery/email/reset")
def discovery_reset(request: edge.ApiRequest) -> HttpResponse:
    raise _of_one_organization()


@router.post("/email/require_reset", auth=edge.project_or_member_auth)
def require_reset(request: edge.ApiRequest) -> HttpResponse:
    """In an organization, DELETE members/passwords/{id} does the same."""
    raise _of_one_organization()


@router.post("/migrate")
def migrate(request: edge.ApiRequest, body: Migrate) -> HttpResponse:
    """Weak old hashes would have to be kept beside ours until their owners come."""
    raise bad_request(
        "invalid_hash_type", "No hashes are imported: mail the member a link to set a password."
    )


def _of_one_organization() -> ApiError:
    """A password is of one organization, so it can't start a discovery (CONTRACT 5.6)."""
    return bad_request(
        "cross_org_passwords_not_enabled", "Passwords belong to one organization each."
    )

"""Members of an organization (CONTRACT 2.9, 3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from accounts.client import parse, search, wire
from accounts.client._http import Http, path
from accounts.client.entities import Member, Page
from accounts.client.wire import Json

ALL = "/v1/b2b/organizations/{organization_id}/members"
ONE = "/v1/b2b/organizations/{organization_id}/members/{member_id}"
# singular, and asked by query: CONTRACT 2.9
FIND = "/v1/b2b/organizations/{organization_id}/member"


class MemberFields(TypedDict, total=False):
    """What may be set, under its name on the wire; what is not given stays as it is."""

    name: str
    roles: Sequence[str]
    is_breakglass: bool
    mfa_enrolled: bool
    mfa_phone_number: str
    default_mfa_method: str
    untrusted_metadata: Mapping[str, object]
    trusted_metadata: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Members:
    """Every method raises Unavailable or Rejected (member_not_found, …).

    With `acting_session_token` that session's roles must allow the change, else Forbidden.
    """

    http: Http

    def create(
        self,
        *,
        organization_id: str,
        email_address: str,
        create_member_as_pending: bool = False,
        acting_session_token: str = "",
        **fields: Unpack[MemberFields],
    ) -> Member:
        body = self.http.post(
            path(ALL, organization_id=organization_id),
            {
                **fields,
                "email_address": email_address,
                "create_member_as_pending": create_member_as_pending,
            },
            acting_session_token=acting_session_token,
        )
        return _member(body)

    def get(self, *, organization_id: str, member_id: str = "", email_address: str = "") -> Member:
        """Find one member by id or by address."""
        query = {"member_id": member_id} if member_id else {"email_address": email_address}
        return _member(self.http.get(path(FIND, organization_id=organization_id), **query))

    def update(
        self,
        *,
        organization_id: str,
        member_id: str,
        acting_session_token: str = "",
        **fields: Unpack[MemberFields],
    ) -> Member:
        body = self.http.put(
            path(ONE, organization_id=organization_id, member_id=member_id),
            dict(fields),
            acting_session_token=acting_session_token,
        )
        return _member(body)

    def delete(
        self, *, organization_id: str, member_id: str, acting_session_token: str = ""
    ) -> None:
        """Remove a member; every session of theirs ends."""
        self.http.delete(
            path(ONE, organization_id=organization_id, member_id=member_id),
            acting_session_token=acting_session_token,
        )

    def search(
        self,
        organization_ids: Sequence[str],
        filters: Mapping[str, object] | None = None,
        *,
        limit: int = 100,
        cursor: str = "",
    ) -> Page[Member]:
        """Find by all of `filters`, e.g. {"member_emails": ["a@b.example"]}; limit 1 to 1000."""
        body = self.http.post(
            "/v1/b2b/organizations/members/search",
            {
                **search.query(filters, limit=limit, cursor=cursor),
                "organization_ids": list(organization_ids),
            },
        )
        return search.page(body, "members", parse.member)


def _member(body: Json) -> Member:
    return parse.member(wire.parent(body, "member"))

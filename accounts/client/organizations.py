"""Organizations and their rules (CONTRACT 2.9, 3.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from accounts.client import parse, search, wire
from accounts.client._http import Http, given, path
from accounts.client.entities import Organization, Page
from accounts.client.members import Members
from accounts.client.wire import Json

ALL = "/v1/b2b/organizations"
ONE = "/v1/b2b/organizations/{organization_id}"


class OrganizationFields(TypedDict, total=False):
    """What may be set, under its name on the wire; what is not given stays as it is."""

    organization_slug: str
    organization_logo_url: str
    email_allowed_domains: Sequence[str]
    email_jit_provisioning: str
    email_invites: str
    auth_methods: str
    allowed_auth_methods: Sequence[str]
    mfa_policy: str
    mfa_methods: str
    allowed_mfa_methods: Sequence[str]


@dataclass(frozen=True, slots=True)
class Organizations:
    """Every method raises Unavailable or Rejected (organization_not_found, …).

    Wherever an id is asked for, the slug does as well. With `acting_session_token` that session's
    roles must allow the change, else Forbidden.
    """

    http: Http
    members: Members

    def create(self, organization_name: str, **fields: Unpack[OrganizationFields]) -> Organization:
        body = self.http.post(ALL, {**fields, "organization_name": organization_name})
        return _organization(body)

    def get(self, organization_id: str) -> Organization:
        return _organization(self.http.get(path(ONE, organization_id=organization_id)))

    def update(
        self,
        organization_id: str,
        *,
        organization_name: str = "",
        acting_session_token: str = "",
        **fields: Unpack[OrganizationFields],
    ) -> Organization:
        body = self.http.put(
            path(ONE, organization_id=organization_id),
            {**fields, **given(organization_name=organization_name)},
            acting_session_token=acting_session_token,
        )
        return _organization(body)

    def delete(self, organization_id: str, *, acting_session_token: str = "") -> None:
        """Delete an organization and all its members; their sessions end."""
        self.http.delete(
            path(ONE, organization_id=organization_id), acting_session_token=acting_session_token
        )

    def search(
        self, filters: Mapping[str, object] | None = None, *, limit: int = 100, cursor: str = ""
    ) -> Page[Organization]:
        """Find by all of `filters`, e.g. {"organization_slugs": ["acme"]}; limit 1 to 1000."""
        body = self.http.post(f"{ALL}/search", search.query(filters, limit=limit, cursor=cursor))
        return search.page(body, "organizations", parse.organization)


def _organization(body: Json) -> Organization:
    return parse.organization(wire.parent(body, "organization"))

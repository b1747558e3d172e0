"""What an operator does to people and sessions while they look: calls to the service's own API."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from project.settings import DEMO_PROJECT_ID, DEMO_SECRET


@dataclass(frozen=True, slots=True)
class Backoffice:
    """The API of the service at `url`, with the demo project's secret."""

    url: str

    def organization(self, name: str, **rules: Any) -> str:
        """Make one, by a name that may exist already; returns its id."""
        slug = f"made-{uuid4().hex[:12]}"
        fields = {"organization_name": name, "organization_slug": slug, **rules}
        found: dict[str, str] = self.post("organizations", fields)["organization"]
        return found["organization_id"]

    def member(self, organization_id: str, email_address: str) -> None:
        self.post(f"organizations/{organization_id}/members", {"email_address": email_address})

    def invite(self, organization_id: str, email_address: str, *, to: str = "") -> None:
        """`to` is where the mail's link lands, if not where the project says."""
        fields = {"organization_id": organization_id, "email_address": email_address}
        fields |= {"invite_redirect_url": to} if to else {}
        self.post("magic_links/email/invite", fields)

    def someone(self, *organizations: str) -> tuple[str, list[str]]:
        """A new person, member of new organizations of these names; their address and the ids."""
        address = f"{uuid4().hex[:12]}@people.example"
        made = [self.organization(name) for name in organizations]
        for organization_id in made:
            self.member(organization_id, address)
        return address, made

    def promote(self, organization_id: str, email_address: str) -> None:
        """Make a member an admin."""
        path = f"organizations/{organization_id}/member"
        found = self._send("GET", path, params={"email_address": email_address})["member"]
        path = f"organizations/{organization_id}/members/{found['member_id']}"
        self._send("PUT", path, json={"roles": ["stytch_admin"]})

    def revoke(self, member_session_id: str) -> None:
        self.post("sessions/revoke", {"member_session_id": member_session_id})

    def remove(self, organization_id: str, member_id: str) -> None:
        address = f"{self.url}/v1/b2b/organizations/{organization_id}/members/{member_id}"
        answer = httpx.delete(address, auth=(DEMO_PROJECT_ID, DEMO_SECRET), timeout=30)
        assert answer.is_success, answer.text

    def give(self, organization_id: str, member_id: str, *roles: str) -> None:
        """These roles in place of those that the member has."""
        address = f"{self.url}/v1/b2b/organizations/{organization_id}/members/{member_id}"
        project = DEMO_PROJECT_ID, DEMO_SECRET
        answer = httpx.put(address, json={"roles": list(roles)}, auth=project, timeout=30)
        assert answer.is_success, answer.text

    def rename(self, organization_id: str, name: str) -> None:
        self._send("PUT", f"organizations/{organization_id}", json={"organization_name": name})

    def post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, json=fields)

    def _send(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        project = DEMO_PROJECT_ID, DEMO_SECRET
        address = f"{self.url}/v1/b2b/{path}"
        answer = httpx.request(method, address, auth=project, timeout=30, **what)
        body: dict[str, Any] = answer.json()
        assert answer.is_success, body
        return body

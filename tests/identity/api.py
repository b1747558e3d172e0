"""Calls the API as a backend would: JSON both ways, project credentials."""

import base64
import json
from typing import Any

from django.conf import settings
from django.test import Client


class Api:
    """`api.post("/b2b/organizations", organization_name="Acme")` → the response, `.json()`."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, query=query)

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """`raw` goes out as it is; `headers` may replace the Authorization."""
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        return self.client.generic(
            method,
            f"/v1{path}",
            content,
            content_type="application/json",
            headers={"Authorization": basic(), **(headers or {})},
            query_params=query or {},
        )

    def organization(self, name: str = "Acme", **fields: Any) -> dict[str, Any]:
        response = self.post("/b2b/organizations", organization_name=name, **fields)
        assert response.status_code == 200, response.content
        return dict(response.json()["organization"])

    def member(
        self, organization: dict[str, Any], email_address: str, **fields: Any
    ) -> dict[str, Any]:
        path = f"/b2b/organizations/{organization['organization_id']}/members"
        response = self.post(path, email_address=email_address, **fields)
        assert response.status_code == 200, response.content
        return dict(response.json()["member"])


def basic(project_id: str = "", secret: str = "") -> str:
    pair = f"{project_id or settings.IDENTITY_PROJECT_ID}:{secret or settings.IDENTITY_SECRET}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def refused(response: Any, status: int, error_type: str) -> dict[str, Any]:
    """Assert the whole error envelope (CONTRACT 1.4)."""
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body["error_type"]) == (status, error_type), body
    assert body["status_code"] == status
    assert body["request_id"].startswith("request-id-test-")
    assert body["error_message"]
    assert body["error_url"].endswith(f"/{status}#{error_type}")
    return body

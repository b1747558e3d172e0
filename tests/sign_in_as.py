"""Signs a Playwright browser in with one line; copy this file into the tests of your own app.

    sign_in_as(context, "admin@acme.example", organization="acme")

Asks the service for a session as any backend would, by a code that it reads from the development
inbox, and hands it to the app's /session/hydrate. `app` and `service` are the same Foyer unless you
say otherwise; `app` may be left out where the context has a `base_url`.
"""

from typing import Any

import httpx
from playwright.sync_api import BrowserContext

# Of `make run` and its demo.
LOCAL = "http://127.0.0.1:8000"
PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-demo"


def sign_in_as(
    context: BrowserContext,
    email_address: str,
    *,
    organization: str,
    app: str = "",
    service: str = LOCAL,
    project: tuple[str, str] = (PROJECT_ID, SECRET),
) -> None:
    """`organization` is a slug or an id. An organization that wants a second step gives none."""
    take_over(context, make_session(email_address, organization, service, project), app=app)


def make_session(
    email_address: str, organization: str, service: str, project: tuple[str, str]
) -> dict[str, str]:
    """The two tokens of a new session."""
    with httpx.Client(base_url=service, auth=project, timeout=30) as api:
        who = {"organization_id": organization, "email_address": email_address}
        answered(api.post("/v1/b2b/otps/email/login_or_signup", json=who))
        inbox = api.get("/dev/inbox/messages.json", params={"to": email_address})
        code = next(mail["code"] for mail in answered(inbox) if mail["code"])
        made = answered(api.post("/v1/b2b/otps/email/authenticate", json={**who, "code": code}))
    assert made["member_authenticated"], f"{organization} asks for more than a mailed code"
    return {name: made[name] for name in ("session_token", "session_jwt")}


def take_over(context: BrowserContext, tokens: dict[str, str], *, app: str = "") -> None:
    """The form token and the origin are what a page of the app would send."""
    place = f"{app}/session/hydrate"
    offer = context.request.get(place, headers={"Accept": "application/json"})
    headers = {"X-CSRFToken": offer.json()["csrf_token"], "Referer": offer.url}
    answer = context.request.post(place, headers=headers, data=tokens)
    assert answer.ok, answer.text()


def answered(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()

"""A browser's cookie jar, honest about expiry, in which answers may arrive late."""

from http.cookies import Morsel
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.accounts import rooms


class Browser:
    """Keeps what answers set until they expire it; `send` without `receive` is an answer late."""

    def __init__(self, **defaults: Any) -> None:
        self.jar: dict[str, str] = {}
        self.defaults = defaults

    def send(self, path: str, data: Any = None, *, method: str = "", **headers: str) -> Any:
        client = Client(headers=headers, **self.defaults)
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        verb = method or ("GET" if data is None else "POST")
        post = {} if data is None else {"data": data}
        return getattr(client, verb.lower())(path, **post, HTTP_COOKIE=cookie)

    def receive(self, response: HttpResponse) -> Any:
        for morsel in response.cookies.values():
            if morsel["domain"]:
                continue
            if morsel["max-age"] == 0 or morsel["max-age"] == "0":
                self.jar.pop(morsel.key, None)
            else:
                self.jar[morsel.key] = morsel.coded_value
        return response

    def get(self, path: str, **headers: str) -> Any:
        return self.receive(self.send(path, **headers))

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.receive(self.send(path, data or {}, **headers))

    def end_with(self, outcome: Any, **data: str) -> Any:
        rooms.script["outcome"] = outcome
        return self.post(reverse("accounts:end"), data)

    def act(self, action: Any) -> Any:
        rooms.script["act"] = action
        return self.post(reverse("accounts:act"))


def set_by(response: HttpResponse) -> dict[str, Morsel[str]]:
    """The cookies an answer sets or expires, but for Django's own two and two of a browser.

    These outlive the session: test_new_browser.py and test_endings.py look at them.
    """
    return {
        name: morsel
        for name, morsel in response.cookies.items()
        if name.removeprefix("__Host-")
        not in {"csrf", "messages", "stytch_session_browser", "stytch_session_last"}
    }


def is_expired(morsel: Morsel[str]) -> bool:
    return not morsel.value and morsel["max-age"] in {0, "0"}

"""What a production server tells and logs of a whole journey, asked to log all it can."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx
import pytest
from pytest_django import Settings

from accounts import sealing
from project.environment import BASE_DIR
from tests.mail_server import Mailboxes, mail_server
from tests.servers import Server, serve

ORIGIN = "https://foyer.example"
ADDRESS = "ada@acme.example"
TOKEN = 44  # characters; the cookie that names the last method says no more than its name
PROJECT = "project-live-22222222-2222-4222-8222-222222222222"
SECRET_KEY, IDENTITY_SECRET = (
    re.findall(rf"^{name}=(.+)$", (BASE_DIR / "scripts/production.env").read_text(), re.MULTILINE)[
        0
    ]
    for name in ("SECRET_KEY", "IDENTITY_SECRET")
)


@dataclass
class Browser:
    """Speaks as through a proxy that ends TLS, and keeps all it was ever told."""

    url: str
    jar: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    page: str = ""

    def get(self, path: str) -> httpx.Response:
        return self._send("GET", path, {})

    def post(self, path: str, **form: str) -> httpx.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        assert token, path
        return self._send("POST", path, {"csrfmiddlewaretoken": token[1], **form})

    def _send(self, method: str, path: str, form: dict[str, str]) -> httpx.Response:
        headers = {
            "Host": "foyer.example",
            "X-Forwarded-Proto": "https",
            "Origin": ORIGIN,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items()),
        }
        answer = httpx.request(
            method, f"{self.url}{path}", data=form or None, headers=headers, timeout=60
        )
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx.Response) -> None:
        for name, morsel in SimpleCookie(
            "\r\n".join(answer.headers.get_list("Set-Cookie"))
        ).items():
            if name.startswith("__Host-stytch") and len(morsel.value) >= TOKEN:
                self.secrets.add(morsel.value)
            self.jar[name] = morsel.value
        headers = [line for line in answer.headers.items() if line[0] != "set-cookie"]
        self.told.append(f"{answer.request.url} {headers} {answer.text}")
        self.page = answer.text if "csrfmiddlewaretoken" in answer.text else self.page


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[Mailboxes, int]]:
    with mail_server() as found:
        yield found


@pytest.fixture(scope="module")
def mails(mail: tuple[Mailboxes, int]) -> Mailboxes:
    return mail[0]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, mail: tuple[Mailboxes, int]
) -> Iterator[Server]:
    """As in production, but telling all it could tell."""
    environment = {"LOG_LEVEL": "DEBUG", "EMAIL_URL": f"smtp://127.0.0.1:{mail[1]}"}
    directory = tmp_path_factory.mktemp("production")
    with serve(
        directory, ENV_FILE="scripts/production.env", DEBUG="false", **environment
    ) as server:
        yield server


def newest(mails: Mailboxes, pattern: str) -> str:
    text = mails.received[-1][0].decode().replace("\r\n", "\n")
    found = re.search(pattern, text.replace("=\n", "").replace("=3D", "="))
    assert found, text
    return found[1]


def found_acme_and_globex(server: Server) -> None:
    organizations, headers = "/v1/b2b/organizations", {"X-Forwarded-Proto": "https"}
    auth = (PROJECT, IDENTITY_SECRET)
    with httpx.Client(base_url=server.url, auth=auth, headers=headers, timeout=60) as api:
        for name in ("Acme", "Globex"):
            made = api.post(organizations, json={"organization_name": name}).json()["organization"]
            members = f"{organizations}/{made['organization_id']}/members"
            assert api.post(members, json={"email_address": ADDRESS}).is_success


def travel(browser: Browser, mails: Mailboxes) -> tuple[str, str]:
    """In by a code, on to the other organization, out, in by a link, and what goes wrong beside."""
    browser.get("/login")
    browser.post("/login", email_address=ADDRESS)
    code = newest(mails, r"\b(\d{6})\b")
    browser.get("/login/code")
    browser.post("/login/code", code="000000" if code != "000000" else "000001")
    assert browser.post("/login/code", code=code).headers["Location"] == "/organizations"
    targets = re.findall(r'name="target" value="([^"]+)"', browser.get("/organizations").text)
    browser.post("/organizations/choose", target=targets[0])
    here = look_around(browser)
    browser.post("/switch", organization_id=here, target=(set(targets) - {here}).pop())
    there = look_around(browser)
    assert there != here
    browser.post("/switch", organization_id=here, target=here)
    browser.jar["__Host-stytch_session_jwt"] += "x"
    browser.get("/nowhere")
    browser.get("/")
    browser.post("/logout")
    browser.get("/login")
    browser.post("/login/link", email_address=ADDRESS)
    link = urlsplit(newest(mails, r"(https://foyer.example/authenticate\S+)"))
    browser.get(f"{link.path}?{link.query}")
    token = link.query.partition("token=")[2].rpartition("token=")[2]
    form = {"stytch_token_type": "discovery", "token": token}
    assert browser.post("/authenticate", **form).headers["Location"] == "/organizations"
    browser.post("/authenticate", **form)
    return code, token


def look_around(browser: Browser) -> str:
    """Every page of a member's; says where that is."""
    page = browser.get("/").text
    for path in ("/session", "/switch", "/logout", "/organizations/new"):
        browser.get(path)
    assert browser.post("/session/refresh").status_code == httpx.codes.OK
    here = re.search(r'data-organization="([^"]+)"', page)
    assert here
    return here[1]


def test_no_token_of_a_journey_is_told_or_logged(
    server: Server, mails: Mailboxes, settings: Settings
) -> None:
    """(QUALITY 4): in no body, address, header but Set-Cookie, and in no line of the log."""
    found_acme_and_globex(server)
    browser = Browser(server.url)
    code, token = travel(browser, mails)
    settings.SECRET_KEY = SECRET_KEY
    steps = [sealing.unseal(each, purpose="pending") for each in browser.secrets]
    inside = set(re.findall(r"[\w-]{44}", str([each for each in steps if each])))
    assert len(inside) >= 2, "the intermediate tokens, which no cookie shows"
    jwts = {each for each in browser.secrets if each.count(".") == 2}
    assert len(jwts) >= 2
    told, log = "\n".join(browser.told), server.log.read_text()
    assert "action=session.create outcome=success" in log
    for secret in browser.secrets | inside | {jwt.rpartition(".")[2] for jwt in jwts}:
        assert secret not in told
        assert secret not in log
    for secret in (token, code, IDENTITY_SECRET, SECRET_KEY):
        assert not re.search(rf"\b{re.escape(secret)}\b", log)

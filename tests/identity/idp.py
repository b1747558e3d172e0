"""Walks a browser through a provider: a real OpenID provider, or one that says what it is told."""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import Client
from jwt.algorithms import RSAAlgorithm

LANDING = "http://localhost/authenticate"
SIGNUP = "http://localhost/welcome"
VERIFIER = "0123456789-0123456789-0123456789-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
PEOPLE = {
    "alice": {
        "email": "Alice@Acme.example", "email_verified": True,
        "name": "Alice", "hd": "acme.example",
    },
    "private": {"email": "alice@acme.example", "email_verified": True},
    "doubted": {"email": "alice@acme.example", "email_verified": False, "hd": "acme.example"},
    "nameless": {"hd": "acme.example"},
    "mapped": {"mail": "alice@acme.example", "given_name": "Al", "family_name": "Ice"},
}  # fmt: skip
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


# In a process of its own: there its warnings are nobody's failure. It ends with its input.
PROGRAM = """
import json, sys
from oidc_provider_mock import User, run_server_in_thread
people = json.loads(sys.argv[1])
users = [User(sub=sub, claims=claims) for sub, claims in people.items()]
with run_server_in_thread(user_claims=users) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@contextmanager
def real() -> Iterator[str]:
    """The issuer of an OpenID provider that other people wrote (oidc-provider-mock)."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, json.dumps(PEOPLE)],
        env={"PATH": os.environ["PATH"], "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        assert process.stdin
        process.stdin.close()


def decide(url: str, sub: str = "alice", *, action: str = "") -> dict[str, str]:
    """What the person does on the provider's page; the query with which it sends them back."""
    form = {"action": action} if action else {"sub": sub}
    location = httpx.post(url, data=form).headers["Location"]
    return query(location)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def start(browser: Client, path: str, **parameters: str) -> Any:
    given = {"public_token": settings.IDENTITY_PUBLIC_TOKEN, **parameters}
    return browser.get(f"/v1{path}", given)


def walk(browser: Client, path: str, *, sub: str = "alice", **parameters: str) -> dict[str, str]:
    """From the start URL through the provider to the app's landing page: its query."""
    begun = start(browser, path, **parameters)
    assert begun.status_code == 302, begun.content
    asked = query(begun["Location"])
    back = decide(begun["Location"], sub)
    ended = browser.get(urlsplit(asked["redirect_uri"]).path, back)
    assert ended.status_code == 302, ended.content
    return query(ended["Location"])


@dataclass
class Told:
    """A provider whose every answer the test writes; unknown paths are 404."""

    url: str
    answers: dict[str, Any] = field(default_factory=dict)
    packed: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def answer(self, path: str, body: Any, *, status: int = 200) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[path] = (status, raw)

    def id_token(self, *, key: Any = KEY, algorithm: str = "RS256", **claims: Any) -> str:
        now = int(time.time())
        usual = {"iss": self.url, "aud": "us", "sub": "s", "iat": now, "exp": now + 60}
        usual |= {"nonce": "n", "email": "alice@acme.example", "email_verified": True}
        given = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(given, key, algorithm=algorithm, headers={"kid": "k"})

    def publish(self) -> None:
        public = RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        self.answer("/jwks", {"keys": [{**public, "kid": "k", "use": "sig"}]})


@contextmanager
def told() -> Iterator[Told]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = {n: v[0] for n, v in parse_qs(self.rfile.read(length).decode()).items()}
            provider.asked.append((self.path, form, self.headers.get("Authorization", "")))
            status, raw = provider.answers.get(self.path, (404, b"{}"))
            self.send_response(status)
            if self.path in provider.packed:
                raw = gzip.compress(raw)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(raw)))
            if status == 302:
                self.send_header("Location", raw.decode())
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET  # noqa: N815 http.server's own name

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Told(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()

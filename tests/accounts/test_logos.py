"""Organizations' logos: shown from our own origin, whatever the address holds and whoever looks."""

import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from PIL import Image
from pytest_django import Settings

from accounts import logos, pictures
from accounts.service import identity
from outbound.places import OURS, place
from project.csp import policy
from tests.dawdlers import dawdling

pytestmark = pytest.mark.usefixtures("demo")


class Host:
    """Somebody else's server: what it says to each path, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def says(self, body: bytes, kind: str = "image/png", status: int = 200) -> str:
        path = f"/{len(self.answers)}"
        self.answers[path] = (status, kind, body)
        return self.url + path


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    """Loopback, which only DEBUG lets in; the caches are this test's own."""
    settings.DEBUG = True
    cache.clear()
    caches["logos"].clear()
    with serving() as found:
        yield found
    caches["logos"].clear()
    cache.clear()


@contextmanager
def serving() -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append((self.path, dict(self.headers)))
            status, kind, body = known.answers.get(self.path, (404, "text/plain", b""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/0")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """The tests' output is for tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Host(server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


def image(kind: str = "PNG", *, size: tuple[int, int] = (60, 30), **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 20, 20)).save(out, kind, **how)
    return out.getvalue()


def clear(colour: tuple[int, int, int, int]) -> bytes:
    out = BytesIO()
    drawn = Image.new("RGBA", (40, 40))
    drawn.paste(colour, (10, 10, 30, 30))
    drawn.save(out, "PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )  # fmt: skip


def shown(client: Client, logo_url: str) -> str:
    """The address of the picture on Acme's sign-in page, "" for the letter alone."""
    identity().organizations.update("acme", organization_logo_url=logo_url)
    page = client.get("/o/acme/login").content.decode()
    assert ">A<" in page.replace("</span>", "<")
    assert "http://127.0.0.1" not in page
    _, found, rest = page.partition('<img src="')
    return rest.partition('"')[0] if found else ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_comes_from_our_own_origin_and_is_fetched_once(
    client: Client, host: Host, kind: str
) -> None:
    address = shown(client, host.says(image(kind), f"image/{kind.lower()}"))
    assert address.startswith("/logos/")
    assert host.asked == []  # no page waits for it
    for _ in range(3):
        answer = Client().get(address)
        assert answer["Content-Type"] == "image/png"
        assert answer["Cache-Control"] == f"public, max-age={logos.GOOD}"
        assert not answer.cookies
    assert Image.open(BytesIO(answer.content)).size == (pictures.SIDE, pictures.SIDE)
    assert len(host.asked) == 1
    assert not {"Cookie", "Referer", "Authorization"} & set(host.asked[0][1])
    assert shown(client, host.url + "/0") == address


def test_pages_name_no_other_origin_for_pictures() -> None:
    """(QUALITY 83)"""
    allowed = policy(report_url="")["DIRECTIVES"]["img-src"]
    assert [each for each in allowed if "'" not in each] == ["data:"]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "answer",
    [
        (SVG, "image/svg+xml"), (SVG, "image/png"), (b"<p>", "text/html"), (image(), "text/html"),
        (image(), ""), (b"", "image/png"), (image()[:40], "image/png"), (bomb(), "image/png"),
        (image("BMP"), "image/bmp"), (image("TIFF"), "image/tiff"),
        (image(size=(4097, 1)), "image/png"), (image(), "image/png", 404),
        (image(), "image/png", 302), (image() + b"\0" * logos.LARGEST, "image/png"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_asked_for_once_and_leaves_the_letter(
    client: Client, host: Host, answer: tuple[Any, ...]
) -> None:
    url = host.says(*answer)
    address = shown(client, url)
    for _ in range(3):
        picture = client.get(address)
        assert picture.content == logos.NOTHING
        assert picture["Content-Type"] == "image/png"
    assert len(host.asked) == 1
    assert shown(client, url) == ""


def test_nothing_of_the_file_is_kept_but_its_colours(host: Host, client: Client) -> None:
    evil = b"<script>alert(1)</script>"
    drawn = client.get(shown(client, host.says(image("JPEG", comment=evil) + evil, "image/jpeg")))
    assert evil not in drawn.content
    picture = Image.open(BytesIO(drawn.content))
    assert picture.mode == "RGB"
    assert picture.info == {}


@pytest.mark.parametrize(("colour", "ground"), [((0, 0, 90, 255), 255), ((250, 250, 250, 255), 32)])
def test_a_logo_without_ground_gets_one_it_is_seen_on(
    colour: tuple[int, int, int, int], ground: int
) -> None:
    drawn = Image.open(BytesIO(pictures.drawn(clear(colour))))
    assert drawn.getpixel((1, 1)) == (ground,) * 3
    assert drawn.getpixel((80, 80)) == colour[:3]


def test_nobody_has_this_server_fetch_what_no_page_showed(client: Client, host: Host) -> None:
    address = shown(client, host.says(image()))
    signed = address.removeprefix("/logos/")
    for forged in (host.url, signed[:-1], "x" + signed, signed.partition(":")[0] + ":", "%00"):
        assert client.get(f"/logos/{forged}").status_code == 404
    assert host.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/", "https://127.0.0.1/", "https://10.0.0.1/a.png", "https://[::1]/",
        "https://localhost/a", "https://169.254.169.254/latest/", "http://logo.example/a.png",
        "https://user@logo.example/a.png", "https://2130706433/a.png", "https://[", "https:///a",
    ],
)  # fmt: skip
def test_the_server_is_led_nowhere_inside(
    url: str, host: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused by its spelling, or by the address that its name leads to: none is connected to."""
    settings.DEBUG = False
    reached: list[Any] = []
    monkeypatch.setattr("socket.socket.connect", lambda *to: reached.append(to))
    if logos.address(url):
        assert logos.picture(url) == logos.NOTHING
    assert reached == []


def test_a_host_is_asked_so_often_and_no_more(
    client: Client, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logos, "OF_ONE_HOST", 3)
    urls = [host.says(image()) for _ in range(5)]
    found = [logos.picture(url) != logos.NOTHING for url in urls]
    assert found == [True, True, True, False, False]
    assert len(host.asked) == 3


def test_all_hosts_together_are_asked_so_often(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logos, "OF_ALL", 2)
    with serving() as other, serving() as third:
        found = [logos.picture(each.says(image())) for each in (host, other, third)]
    assert [each == logos.NOTHING for each in found] == [False, False, True]


def test_many_who_look_at_once_make_one_fetch(client: Client, host: Host) -> None:
    url = host.says(image())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: logos.picture(url), range(8)))
    assert len(host.asked) == 1
    assert logos.picture(url) != logos.NOTHING


def test_it_is_fetched_while_providers_have_all_their_places(
    host: Host, settings: Settings
) -> None:
    """And waits in none of theirs."""
    settings.THIRD_PARTIES_MOST_WAITING = 1
    with place("mail", whose=OURS):
        assert logos.picture(host.says(image())) != logos.NOTHING


def test_a_server_that_dawdles_is_given_up(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logos, "SECONDS", 0.4)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9999\r\n\r\n"
    with dawdling(at_once=head, slowly=image(), endless=True) as dawdler:
        assert logos.picture(dawdler.url) == logos.NOTHING

"""What MDN's HTTP Observatory would say of a page, by its published scoring (mdn-http-observatory).

Rules for what we never send (meta policies, nonces, reports) are left out; a test that meets one
fails for the unknown word rather than scoring it.
"""

import re
from http.cookies import SimpleCookie

import httpx

BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_768_000  # seconds
EXTRA_CREDIT_FROM = 90  # bonuses count only for who scores this without them


def score(page: httpx.Response, *, over_http: httpx.Response) -> int:
    """From 0; 100 is an A+. `over_http` is what the same address answers without TLS."""
    modifiers = [
        _policy(page),
        _cookies(page),
        _cross_origin(page),
        _redirection(over_http),
        _referrer(page),
        _strict_transport(page),
        _scripts(page),
        0 if page.headers.get("X-Content-Type-Options") == "nosniff" else -5,
        _framing(page),
        10 if page.headers.get("Cross-Origin-Opener-Policy") == "same-origin" else 0,
        10 if page.headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]
    without_credit = 100 + sum(modifier for modifier in modifiers if modifier < 0)
    credit = sum(modifier for modifier in modifiers if modifier > 0)
    return max(0, without_credit + (credit if without_credit >= EXTRA_CREDIT_FROM else 0))


def directives(page: httpx.Response) -> dict[str, set[str]]:
    """The content security policy, taken apart."""
    header = page.headers.get("Content-Security-Policy", "")
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def _policy(page: httpx.Response) -> int:
    policy = directives(page)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style = policy.get("script-src", default), policy.get("style-src", default)
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    everything = set().union(*policy.values())
    verdicts = [
        (-20, script & (BROAD | INLINE) or policy.get("object-src", default) & BROAD),
        (-20, any(source.startswith(("http:", "ftp:")) for source in everything - passive)),
        (-10, "'unsafe-eval'" in script | style),
        (-10, any(source.startswith(("http:", "ftp:")) for source in passive)),
        (0, style & (BROAD | INLINE)),
        (10, default == {"'none'"}),
    ]
    return next((modifier for modifier, applies in verdicts if applies), 5)


def _cookies(page: httpx.Response) -> int:
    jar = SimpleCookie("\r\n".join(page.headers.get_list("Set-Cookie")))
    modifiers = [5 if jar else 0]
    for name, cookie in jar.items():
        of_session = "login" in name.lower() or "sess" in name.lower()
        if not cookie["secure"]:
            modifiers.append(-40 if of_session else -20)
        if of_session and not cookie["httponly"]:
            modifiers.append(-30)
        if "csrf" in name.lower() and not cookie["samesite"]:
            modifiers.append(-20)
        if not cookie["samesite"]:
            modifiers.append(0)
    return min(modifiers)


def _cross_origin(page: httpx.Response) -> int:
    allowed = page.headers.get("Access-Control-Allow-Origin", "")
    mirrored = allowed and allowed == page.request.headers.get("Origin")
    return -50 if mirrored and page.headers.get("Access-Control-Allow-Credentials") else 0


def _redirection(answer: httpx.Response) -> int:
    if not answer.is_redirect:
        return -20
    target = httpx.URL(answer.headers["Location"])
    if target.scheme != "https":
        return -10
    return 0 if target.host == answer.request.headers["Host"] else -5


def _referrer(page: httpx.Response) -> int:
    value = page.headers.get("Referrer-Policy", "")
    good = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    return 5 if value in good else -5 if value else 0


def _strict_transport(page: httpx.Response) -> int:
    found = re.search(r"max-age=(\d+)", page.headers.get("Strict-Transport-Security", ""))
    if not found:
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def _scripts(page: httpx.Response) -> int:
    """Ours are of our own origin, for which integrity attributes are not asked."""
    foreign = re.findall(r"<script[^>]+src=\"((?:https?:)?//[^\"]+)", page.text)
    return -50 if foreign else 0


def _framing(page: httpx.Response) -> int:
    stated = "frame-ancestors" in directives(page)
    return 5 if stated or page.headers.get("X-Frame-Options") in {"DENY", "SAMEORIGIN"} else -20

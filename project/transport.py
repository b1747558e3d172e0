"""Django's settings for HTTPS, its cookies' protection and the headers of every answer."""

from typing import Any

TWO_YEARS = 63_072_000  # seconds, as the preload list asks


def described(https: bool, *, probes: list[str], by_proxy: bool) -> dict[str, Any]:
    """`probes`: patterns of paths that are asked for from inside, without TLS.

    `by_proxy`: one in front ends TLS, and says so in X-Forwarded-Proto.
    """
    return {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if by_proxy else None,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_REDIRECT_EXEMPT": probes,
        "SECURE_HSTS_SECONDS": TWO_YEARS if https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https,
        "SECURE_HSTS_PRELOAD": https,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "CSRF_COOKIE_NAME": "__Host-csrf" if https else "csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_SAMESITE": "Lax",  # Strict would lose it on arriving from a mailed link
        "CSRF_FAILURE_VIEW": "project.errors.csrf_failure",
        "SESSION_COOKIE_SECURE": https,  # messages.py's cookie goes by these two
        "SESSION_COOKIE_HTTPONLY": True,
    }

"""What a page of ours may load, run and send to: nothing inline, nothing from elsewhere."""

from typing import Any

from csp.constants import NONE, SELF


def policy(*, report_url: str) -> dict[str, Any]:
    """Django-csp's setting; no nonces, since no page has an inline script or style.

    Browsers post what they refused to `report_url`, if there is one; by report-uri, the one
    directive for it that all of them know.
    """
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],  # organizations' logos come through accounts/logos.py
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "object-src": [NONE],
            **({"report-uri": [report_url]} if report_url else {}),
        }
    }

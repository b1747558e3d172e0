"""What a page of ours may load, run and send to: nothing inline, nothing from elsewhere."""

from typing import Any

from csp.constants import NONE, SELF


def policy() -> dict[str, Any]:
    """Django-csp's setting; no nonces, since no page has an inline script or style."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "https:"],  # organizations' logos live elsewhere
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "object-src": [NONE],
        }
    }

"""The app's own PKCE: who began a flow has to end it (CONTRACT 8.5)."""

import base64
import hashlib

from identity.errors import ApiError, bad_request
from identity.tokens import same


def mismatch(challenge: str, *, verifier: str) -> ApiError | None:
    """Why the verifier doesn't fit, if so; the one method is S256 (RFC 7636)."""
    if challenge and not verifier:
        return bad_request("pkce_expected_code_verifier", "A PKCE code verifier is required.")
    if verifier and not challenge:
        return bad_request(
            "pkce_did_not_expect_code_verifier", "The flow was started without a PKCE challenge."
        )
    if challenge and not same(s256(verifier), challenge):
        return bad_request("pkce_mismatch", "The PKCE code verifier doesn't fit the challenge.")
    return None


def s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

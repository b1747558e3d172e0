"""Ending, at the service, a session that this browser is to have no more."""

import logging

from accounts import replacements
from accounts.client.errors import IdentityError
from accounts.client.tokens import Tokens
from accounts.service import identity
from accounts.session_check import check

logger = logging.getLogger(__name__)


def retire(tokens: Tokens) -> None:
    """This will end it, so that a copy of its cookies is worth nothing any more.

    The visitor has their answer already; a service that is silent now lets it run to its end.
    """
    check().end(tokens)
    replacements.note(tokens)
    try:
        identity().sessions.revoke(session_token=tokens.session_token)
    except IdentityError as error:
        logger.warning("a session that was replaced is not ended: %s", error)

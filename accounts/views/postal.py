"""What is mailed for a step: a code, a link, or a link to set a password."""

import logging
from contextlib import suppress
from dataclasses import replace

from django.urls import reverse
from django.utils.http import urlencode

from accounts import visitors
from accounts.auth import AuthRequest
from accounts.client.errors import IdentityError, RateLimited, Rejected
from accounts.pending import CodeSent
from accounts.service import identity, public_url

logger = logging.getLogger(__name__)

# A redirect URL that is registered without a query, or with another one (CONTRACT 1.5).
UNMARKABLE = frozenset({"query_params_do_not_match", "no_match_for_provided_magic_link_url"})


def post(request: AuthRequest, wish: CodeSent) -> CodeSent:
    """Mail what is wished for, and say how it went out; raises Rejected.

    A link brings its mark back. A service that takes redirect URLs only as they are registered, as
    Stytch does, refuses that: there it goes without, and no script will press its button.
    """
    try:
        send(request, wish)
    except Rejected as no:
        if not wish.mark or no.error_type not in UNMARKABLE:
            raise
        logger.warning("links carry no mark: register %s with any `asked`", landing(request, ""))
        wish = replace(wish, mark="")
        send(request, wish)
    return wish


def send(request: AuthRequest, wish: CodeSent) -> None:
    """By what was asked for, and where.

    An organization's page is open to strangers. So what it mails proves the address alone, alike
    for everybody, and who may enter is told only to who has proven it. A step that is held was
    earned by a proof: its mail is the organization's own.
    """
    if wish.method == "password":
        post_reset(request, wish)
    elif wish.held is not None:
        post_of_organization(request, wish)
    else:
        post_discovery(request, wish)


def post_discovery(request: AuthRequest, wish: CodeSent) -> None:
    factors, by = identity().factors, visitors.at_mailbox(request, wish.email_address)
    if wish.method == "code":
        factors.send_discovery_code(wish.email_address, **by)
    else:
        factors.send_discovery_link(wish.email_address, landing(request, wish.mark), **by)


def post_of_organization(request: AuthRequest, wish: CodeSent) -> None:
    factors, by = identity().factors, visitors.at_mailbox(request, wish.email_address)
    whose = {"organization_id": wish.organization_id, "email_address": wish.email_address}
    if wish.method == "code":
        factors.send_code(**whose, **by)
    else:
        factors.send_link(**whose, redirect_url=landing(request, wish.mark), **by)


def post_reset(request: AuthRequest, wish: CodeSent) -> None:
    """Whoever may have no password there gets a link to sign in, so that all is alike outside:
    the page, the work, and that a mail arrives. A Foyer sends it itself; of others we ask it.
    """
    try:
        identity().passwords.start_reset(
            organization_id=wish.organization_id,
            email_address=wish.email_address,
            redirect_url=landing(request, wish.mark),
            login_redirect_url=landing(request, wish.mark),
            **visitors.at_mailbox(request, wish.email_address),
            for_stranger=True,
        )
    except RateLimited:
        raise
    except Rejected as no:
        if no.error_type == "invalid_email" or (wish.mark and no.error_type in UNMARKABLE):
            raise
        send_link_instead(request, wish)
    else:
        keep_pace(wish)


def keep_pace(wish: CodeSent) -> None:
    """A refusal costs a second call, and over the network that can be timed: so does a yes."""
    with suppress(IdentityError):
        identity().organizations.get(wish.organization_id)


def send_link_instead(request: AuthRequest, wish: CodeSent) -> None:
    try:
        post_discovery(request, wish)
    except Rejected:
        return


def landing(request: AuthRequest, mark: str) -> str:
    url = public_url(request, reverse("accounts:authenticate"))
    return f"{url}?{urlencode({'asked': mark})}" if mark else url

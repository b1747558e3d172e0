"""Tells a member by mail of a sign-in from a browser not seen before, with a way to disown it.

By this app, as the service has no such mail (CONTRACT 8.6), so Foyer on Stytch sends it too. Sent
before the answer goes out, as the service's own mails are: a thread's would be lost with its
process. It never stops a sign-in; a mail server that hangs costs it EMAIL_TIMEOUT.
"""

import logging
import re
from datetime import timedelta
from unicodedata import normalize
from urllib.parse import urlencode

from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import cookies, devices, disowning, mail_room, visitors
from accounts.client.outcomes import Authenticated
from accounts.disowning import Disowned
from accounts.known_browsers import Known
from accounts.mail_room import Room
from accounts.service import public_url

logger = logging.getLogger(__name__)

# Made in the call that began the session, as far as times in whole seconds tell: who has just
# joined knows. Whoever was invited or made by somebody else is told from the first sign-in on.
JUST_NOW = timedelta(seconds=1)
# Keeps out-of-office replies from answering (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated"}
LONGEST_NAME = 60
# What a mail program makes a link of; a service that isn't ours may let people be called so.
ADDRESS = re.compile(r"//|@|\w\.\w|\w\W\.\W\w|\d(?:[^a-zA-Z]{0,3}\d){6}")
QUOTES = str.maketrans("", "", '“”„"«»')
NAMELESS = "your organization"


def notice(
    request: HttpRequest, outcome: Authenticated, response: HttpResponse, *, again: bool
) -> HttpResponse:
    """Mail whoever this browser doesn't know, and let it know them from now on.

    `again`: a form was posted twice, and the first answer has told of this session.
    """
    address, known = address_of(outcome), visitors.browser(request)
    if address:
        is_known = known.knows(address, outcome.session.organization_id)
        if not (again or is_known or has_just_joined(outcome)):
            tell(request, outcome, address)
        cookies.write_browser(response, noted(known, outcome, address))
    return response


def noted(known: Known, outcome: Authenticated, address: str) -> Known:
    return known.including(
        address,
        organization_id=outcome.session.organization_id,
        has_proven=has_proven(outcome, address),
        today=timezone.localdate(),
    )


def has_proven(outcome: Authenticated, address: str) -> bool:
    """The mailbox, in this session: whatever else there is may be an organization's own word."""
    mailed = [each for each in outcome.session.factors if each.delivery_method == "email"]
    return any(each.detail.casefold() == address.casefold() for each in mailed)


def address_of(outcome: Authenticated) -> str:
    return outcome.member.email_address if outcome.member else outcome.session.email_address


def has_just_joined(outcome: Authenticated) -> bool:
    created = outcome.member.created_at if outcome.member else None
    return created is not None and abs(outcome.session.started_at - created) < JUST_NOW


def tell(request: HttpRequest, outcome: Authenticated, address: str) -> None:
    """The log gets the kind of failure only: a mail server quotes addresses, some quote mails."""
    room = mail_room.taken(
        address,
        organization_id=outcome.session.organization_id,
        is_proven=has_proven(outcome, address),
    )
    if room == Room.NONE:
        return
    message = letter(request, outcome, address, is_last=room == Room.LAST)
    try:
        message.send()
    except OSError as error:  # what smtplib raises is one, too
        logger.error("no mail about a new browser: %s", type(error).__name__)


def letter(
    request: HttpRequest, outcome: Authenticated, address: str, *, is_last: bool = False
) -> EmailMultiAlternatives:
    name = outcome.organization.name if outcome.organization else ""
    device = devices.of_request(request)
    moment = timezone.localtime(outcome.session.started_at)
    context = {
        "organization_name": _harmless(name or outcome.session.organization_slug),
        "is_last": is_last,
        "device": device,
        "when": f"{date_format(moment, 'j F Y, H:i')} {moment.tzname()}",
        "address": address,
        "link": link(request, outcome),
    }
    subject = f"New sign-in to “{context['organization_name']}”"
    text = render_to_string("email/new_browser.txt", context)
    message = EmailMultiAlternatives(subject, text, to=[address], headers=HEADERS)
    message.attach_alternative(render_to_string("email/new_browser.html", context), "text/html")
    return message


def link(request: HttpRequest, outcome: Authenticated) -> str:
    session = outcome.session
    disowned = Disowned(session.member_session_id, session.member_id, session.organization_id)
    token = disowning.seal(disowned, now=timezone.now())
    return public_url(request, f"{reverse('accounts:not_me')}?{urlencode({'token': token})}")


def _harmless(name: str) -> str:
    """A name that people chose, fit for a subject of ours: one line, and nothing to press."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return (
        NAMELESS
        if ADDRESS.search(normalize("NFKC", words))
        else words.translate(QUOTES)[:LONGEST_NAME]
    )

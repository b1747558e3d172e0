"""E-mail addresses and their domains in one spelling."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, EmailValidator

from identity import texts
from outbound.mail_domains import is_common as is_common

LONGEST = 254  # RFC 5321: a path of 256 with its two angle brackets
is_email = EmailValidator()
is_domain = DomainNameValidator(accept_idna=False)

NOT_ASCII = "letters before the @ have to be ASCII: a to z, digits and signs"


class NotAscii(ValueError):
    """It can't be mailed to, whatever its letters look like."""


def normalized(address: str) -> str:
    """Lower case, the domain as A-labels (RFC 5891); ValueError if it is none.

    No mailbox in practice tells cases apart. ASCII is checked before any folding: `lower()` makes
    another person's address of a letter that only looks like one of theirs. Quoted local parts
    (RFC 5321 4.1.2) may hold blanks and control characters, which end in mail headers; nobody's
    mailbox has one.
    """
    local, _, domain = address.strip().rpartition("@")
    if not local.isascii():
        raise NotAscii(NOT_ASCII)
    try:
        candidate = f"{local.lower()}@{_a_labels(domain)}"
        is_email(candidate)
    except (ValidationError, idna.IDNAError) as error:
        raise ValueError("not an e-mail address") from error
    if not texts.is_token(candidate, longest=LONGEST) or '"' in candidate:
        raise ValueError("not an e-mail address")
    return candidate


def normalized_domain(domain: str) -> str:
    """As in `normalized`, no leading @; ValueError if it is no domain name."""
    try:
        candidate = _a_labels(domain.strip().removeprefix("@"))
        is_domain(candidate)
    except (ValidationError, idna.IDNAError) as error:
        raise ValueError("not a domain") from error
    return candidate


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _a_labels(domain: str) -> str:
    """Lower case and ASCII; raises IDNAError for what IDNA 2008 doesn't allow."""
    return ".".join(map(_a_label, domain.split(".")))


def _a_label(label: str) -> str:
    if label.isascii():
        return label.lower()
    # Only what is in its normal form is folded: the rest are look-alikes, and refused as they are.
    is_normal = unicodedata.normalize("NFKC", label) == label
    return idna.alabel(label.lower() if is_normal else label).decode()

"""E-mail addresses and their domains: one spelling, and which domains belong to nobody."""

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, EmailValidator

LONGEST = 254  # RFC 5321: a path of 256 with its two angle brackets
is_email = EmailValidator()
is_domain = DomainNameValidator(accept_idna=False)

# Anybody can have an address there, so it says nothing about an organization.
COMMON = """
    aol.com fastmail.com gmail.com gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.com
    hotmail.co.uk icloud.com live.com mac.com mail.com mail.ru me.com msn.com naver.com
    outlook.com outlook.de pm.me proton.me protonmail.com qq.com rocketmail.com t-online.de
    tutanota.com web.de yahoo.com yahoo.co.jp yahoo.co.uk yahoo.de yahoo.fr yandex.com
    yandex.ru ymail.com zoho.com 126.com 163.com
"""
COMMON_DOMAINS = frozenset(COMMON.split())


def normalized(address: str) -> str:
    """Lower case, because no mailbox in practice tells cases apart; ValueError if it is none."""
    candidate = address.strip().lower()
    if len(candidate) > LONGEST or not candidate.isascii():
        raise ValueError("not an e-mail address")
    try:
        is_email(candidate)
    except ValidationError as error:
        raise ValueError("not an e-mail address") from error
    return candidate


def normalized_domain(domain: str) -> str:
    """Lower case, no leading @; ValueError if it is no domain name."""
    candidate = domain.strip().lower().removeprefix("@")
    try:
        is_domain(candidate)
    except ValidationError as error:
        raise ValueError("not a domain") from error
    return candidate


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def is_common(domain: str) -> bool:
    return domain in COMMON_DOMAINS

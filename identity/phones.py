"""Phone numbers: one spelling, and which can't be had."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# What people put between digits; letters that stand for digits are not among it.
SPELLED = re.compile(r"\+[0-9 ().\-]{6,30}")
# Texts there cost their sender dearly, which somebody may live on.
DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


def normalized(number: str) -> str:
    """E.164; ValueError if it is none. Possible rather than known: ranges are opened any day."""
    candidate = number.strip()
    if not SPELLED.fullmatch(candidate):
        raise ValueError("not a phone number")
    try:
        parsed = phonenumbers.parse(candidate)
    except NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_possible_number(parsed) or phonenumbers.number_type(parsed) in DEAR:
        raise ValueError("not a phone number")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def country(number: str) -> str:
    """`1-US`: the prefix, and the country behind it as far as the number tells; E.164 given."""
    parsed = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(parsed) or ""
    return f"{parsed.country_code}-{region}".rstrip("-")

"""Whether a password is known from somebody's breach, asked without telling it (k-anonymity).

The service learns five of the forty digits of the SHA-1, which a million passwords share. Open
when it doesn't answer: a stranger's outage must not keep people from signing in, and zxcvbn's own
list has the most common passwords anyhow.
"""

import hashlib
import logging
from http import HTTPStatus

from django.conf import settings

from outbound import http, places
from outbound.http import Terms

logger = logging.getLogger(__name__)

DIGITS_TOLD = 5
# A person is waiting for the next page. A range has about a thousand lines of forty bytes.
TERMS = Terms(seconds=2, largest=512 * 1024, whose=places.OURS, inside=True)
# With padding, the length of the answer doesn't tell which range was asked for either.
HEADERS = {"Add-Padding": "true", "User-Agent": "Foyer"}


def is_on() -> bool:
    return bool(settings.BREACHED_PASSWORDS_URL)


def has(password: str) -> bool:
    """False as well when nobody is asked or nobody answers."""
    if not is_on():
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    told, kept = digest[:DIGITS_TOLD], digest[DIGITS_TOLD:]
    try:
        listed = _range(told)
    except OSError as error:
        logger.warning("breached passwords not checked: %s", error)
        return False
    return any(_is_hit(line, kept) for line in listed.splitlines())


def _range(told: str) -> str:
    """Raises OSError where there is no answer that will do."""
    # The setting takes http(s) only.
    url = f"{settings.BREACHED_PASSWORDS_URL}/{told}"
    answer = http.ask("GET", url, terms=TERMS, headers=HEADERS)
    if answer.status != HTTPStatus.OK or not answer.is_whole:
        raise http.Unanswered(f"HTTP {answer.status}")
    return answer.body.decode("ascii", "replace")


def _is_hit(line: str, kept: str) -> bool:
    """`<35 digits>:<times seen>`; padding was seen no times."""
    digits, _, times = line.strip().partition(":")
    return digits.upper() == kept and times != "0"

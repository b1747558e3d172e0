"""How much other work than mails somebody gets: organizations founded, passwords judged."""

from datetime import datetime

from identity import client_address
from identity.operations import limits
from identity.operations.limits import DAY, HOUR, Counter
from identity.visitors import Visitor
from outbound.mailboxes import mailbox_of

# Passwords judged for one client in an hour, of 20 ms each: an office sets its passwords in that.
STRENGTHS_PER_CLIENT = 3000
# Organizations that one address founds in a day, and one client in an hour: each takes a name and a
# slug, so this is far more than a person means to, and far less than a program could.
FOUNDINGS = 20
FOUNDINGS_PER_CLIENT = 60


def found(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """This will count one organization that is founded, or raise too_many_requests."""
    limits.spend_all(
        [
            *(
                Counter(f"found::{block}", FOUNDINGS_PER_CLIENT * share, HOUR)
                for block, share in client_address.blocks(visitor.address)
            ),
            Counter(f"found:{mailbox_of(email_address)}", FOUNDINGS, DAY),
        ],
        now=now,
    )


def judge_strength(*, visitor: Visitor, now: datetime) -> None:
    """This will count one password that is judged, which is work; raises too_many_requests."""
    limits.spend_all(
        [
            Counter(f"strength:{block}", STRENGTHS_PER_CLIENT * share, HOUR)
            for block, share in client_address.blocks(visitor.address)
        ],
        now=now,
    )

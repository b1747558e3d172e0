"""What an organization still asks of a member: for the list of organizations, each move and step.

All of them come here, so that what is promised in one place is kept in the other.
"""

from identity.factors import Factor
from identity.models import Member
from identity.operations.presented import ALiveSession, Presented
from identity.operations.standing import rules_of, standing_of
from identity.policy import Decision, Granted, decide


def decision_of(
    member: Member,
    factors: tuple[Factor, ...],
    *,
    joining: bool,
    by: Presented | None = None,
    is_in: bool = False,
) -> Decision:
    """`factors` are those that count for the member, as strange_accounts.py tells them.

    `by` is what is presented: a session of this member waives the second step (5.3). `is_in`: such
    a session is all that is presented, and asks for nothing more, whatever the rules have become
    since, as long as it still says something of the member (INFERRED).
    """
    if is_in and factors:
        return Granted()
    standing = standing_of(member, joining=joining, has_session=isinstance(by, ALiveSession))
    return decide(rules_of(member.organization), standing, factors)

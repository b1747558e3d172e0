"""Says before a form is filled in that it leads through a gate."""

from collections.abc import Collection

from django import template
from django.utils import timezone

from accounts import gates
from accounts.client.entities import MemberSession
from accounts.gates import SECOND

register = template.Library()


@register.inclusion_tag("components/gate.html")
def announce_gate(
    member: MemberSession, action: str, *, second: Collection[str] | None = None
) -> dict[str, object]:
    """`{% announce_gate member action %}`, where `action` is the path that the form posts to.

    Costs no call: it goes by the times in the JWT, so it may be minutes behind; what is decided is
    decided by the service. `second` are the member's second factors, where a page happens to know;
    else those proven in this session stand for them.
    """
    gate = gates.at(action)
    proven = {factor.type for factor in member.factors} & SECOND
    has_second = bool(proven if second is None else second)
    return {
        "asks": gate is not None
        and not gate.is_passed(member.factors, has_second=has_second, now=timezone.now())
    }

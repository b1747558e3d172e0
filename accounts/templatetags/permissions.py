"""`{% can "documents" "delete" as may_delete %}`: whether to offer it to who is signed in."""

from django import template
from django.template import Context

from accounts.permissions import can as permitted

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: Context, resource_id: str, action: str) -> bool:
    """Also within `include … only`, which leaves out variables but not the request."""
    request = getattr(context, "request", None) or context.get("request")
    return request is not None and permitted(request, resource_id, action)

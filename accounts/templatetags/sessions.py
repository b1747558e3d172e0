"""What a page tells its script of the session it was made for, and what it shows of it."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import explanation

register = template.Library()
register.filter("version", explanation.version)


@register.simple_tag(takes_context=True)
def session_part(context: Context, name: str, *, element: str = "div") -> SafeString:
    """`{% session_part "navigation" %}`: parts/navigation.html, which the heartbeat draws anew."""
    request = context["request"]
    request.session_parts = [*getattr(request, "session_parts", []), name]
    told = {each: context.get(each) for each in ("member", "organization_name", "csrf_token")}
    inner = context.new({**told, "request": request, "path": request.path})
    drawn = context.template.engine.get_template(f"parts/{name}.html").render(inner)  # type: ignore[union-attr]  # it is being rendered
    return format_html('<{0} class="part" id="part-{1}">{2}</{0}>', element, name, drawn)

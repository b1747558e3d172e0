"""The addresses of choosing, creating and switching organizations."""

from django.urls import URLPattern, path

from orgswitcher.views import choose, create, member_sessions, members, switch

app_name = "orgswitcher"

urlpatterns: list[URLPattern] = [
    path("organizations", choose.organizations, name="organizations"),
    path("organizations/choose", choose.choose, name="organization_choose"),
    path("organizations/new", create.new, name="organization_new"),
    path("organizations/slug", create.slug, name="slug_preview"),
    path("organizations/proof", create.proof, name="organization_proof"),
    path("switch", switch.switch, name="switch"),
    path("switch/proof", switch.proof, name="switch_proof"),
    path("members", members.members, name="members"),
    path("members/<slug:member_id>/reset", members.reset, name="member_reset"),
    path("members/<slug:member_id>/sessions", member_sessions.sessions, name="member_sessions"),
    path(
        "members/<slug:member_id>/sessions/end",
        member_sessions.end_all,
        name="member_sessions_end",
    ),
    path(
        "members/<slug:member_id>/sessions/<slug:mark>/end",
        member_sessions.end,
        name="member_session_end",
    ),
]

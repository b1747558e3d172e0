"""Names, times, roles and factors in a person's words; forms that say what is wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.template.loader import render_to_string

from accounts.client.entities import Factor
from accounts.templatetags import ui

NOW = datetime(2026, 3, 4, 17, 42, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "Today, 17:42"),
        (NOW - timedelta(days=1), "Yesterday, 17:42"),
        (NOW + timedelta(hours=7), "Tomorrow, 00:42"),
        (NOW - timedelta(days=2), "2 March, 17:42"),
        (NOW - timedelta(days=90), "4 December 2025, 17:42"),
    ],
)
def test_a_time_is_said_as_a_person_would(moment, words):
    assert text(ui.human_time(moment)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "17:42"),
        (NOW - timedelta(days=1), "yesterday, 17:42"),
        (NOW - timedelta(days=2), "2 March, 17:42"),
    ],
)
def test_within_a_sentence_today_goes_without_saying(moment, words):
    assert text(ui.short_time(moment)) == words


def test_a_time_carries_its_exact_self():
    assert ui.human_time(NOW) == (
        '<time datetime="2026-03-04T17:42:05+00:00" '
        'title="Wednesday, 4 March 2026, 17:42:05 UTC">Today, 17:42</time>'
    )


def test_a_time_is_told_in_the_zone_of_the_app(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert text(ui.human_time(NOW)) == "Today, 18:42"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=49, seconds=50), "in 49 minutes"),
        (timedelta(minutes=90), "in 90 minutes"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(days=30), "in 30 days"),
        (timedelta(seconds=1), "in 1 second"),
        (timedelta(seconds=90), "in 90 seconds"),
        (timedelta(0), "now"),
        (-timedelta(minutes=5), "now"),
    ],
)
def test_what_is_to_come_is_told_from_here(ahead, words):
    assert text(ui.until(NOW + ahead)) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [(12, "12 seconds ago"), (0, "just now"), (-3, "just now"), (7200, "2 hours ago")],
)
def test_what_was_is_told_from_here(ago, words):
    assert text(ui.since(NOW - timedelta(seconds=ago))) == words


@pytest.mark.parametrize("say", [ui.human_time, ui.short_time, ui.until, ui.since, ui.span])
def test_an_unknown_time_says_nothing(say):
    assert say(None) == ""


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("stytch_admin", "Admin"),
        ("stytch_member", "Member"),
        ("billing_manager", "Billing manager"),
    ],
)
def test_roles_have_names(role, words):
    assert ui.role_name(role) == words


@pytest.mark.parametrize(
    ("type_", "delivery_method", "words"),
    [
        ("email_otp", "email", "Email code"),
        ("magic_link", "email", "Email link"),
        ("oauth", "oauth_google", "Google"),
        ("oauth", "oauth_exchange_slack", "Slack"),
        ("otp", "sms", "Text message"),
        ("totp", "authenticator_app", "Authenticator app"),
        ("sso", "sso_saml", "Single sign-on"),
        ("retina_scan", "eye", "Retina scan"),
    ],
)
def test_factors_have_names_even_new_ones(type_, delivery_method, words):
    assert ui.factor_name(Factor(type_, delivery_method, NOW)) == words


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        ((), ""),
        (("sso",), "SSO"),
        (("google_oauth", "sso"), "Google or SSO"),
        (("google_oauth", "password", "sso"), "Google, a password or SSO"),
    ],
)
def test_methods_fit_a_sentence(methods, words):
    assert ui.method_names(methods) == words


def test_a_slug_keeps_its_colour_and_the_demo_has_five():
    demo = ["acme", "globex", "initech", "hooli", "umbrella"]
    assert [ui.hue(slug) for slug in demo] == [0, 4, 9, 5, 8]
    assert all(0 <= ui.hue(f"org-{number}") < ui.HUES for number in range(100))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("admin@acme.example", "A"),
        ("ada.lovelace@acme.example", "AL"),
        ("Grace Brewster Hopper", "GH"),
        ("åse_öberg@acme.example", "ÅÖ"),
        ("", "?"),
    ],
)
def test_people_have_initials(name, letters):
    assert ui.initials(name) == letters


def test_a_fingerprint_tells_sessions_apart_and_names_neither():
    one, other = ui.fingerprint("member-session-test-1"), ui.fingerprint("member-session-test-2")
    assert one != other
    assert "member-session" not in one


class Sample(forms.Form):
    name = forms.CharField(help_text="As people know it.")
    code = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "One")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("Taken.")


def test_an_error_is_tied_to_its_field():
    html = str(Sample({"code": "1"}))
    assert tag(html, 'id="id_name"')["aria-describedby"] == "id_name_helptext id_name_error"
    assert tag(html, 'id="id_name"')["aria-invalid"] == "true"
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_the_first_wrong_field_takes_the_focus_and_no_other():
    html = str(Sample({"code": "1"}))
    assert html.count("autofocus") == 1
    assert "autofocus" in tag(html, 'id="id_name"')
    assert "autofocus" not in str(Sample())


def test_an_error_of_the_whole_form_is_an_alert():
    assert re.search(r'role="alert">.*Taken\.', str(Sample({})), re.DOTALL)


def test_choices_are_a_named_group_and_a_box_stands_before_its_words():
    html = str(Sample())
    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Kind</legend>", html)
    assert html.index('type="checkbox"') < html.index(">Agreed<")


def test_what_people_typed_is_escaped():
    assert "<b>" not in render_to_string("components/notice.html", {"text": "<b>"})


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def tag(html: str, having: str) -> dict[str, str]:
    found = re.search(rf"<[^>]*{having}[^>]*>", html)
    assert found
    return {name: value for name, _, value in re.findall(r'([\w-]+)(="([^"]*)")?', found.group())}

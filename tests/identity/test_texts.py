"""Text from outside: refused if nothing can keep it, cleaned in a name, exact in an identifier."""

from typing import Any

import pytest
from django.core import mail
from hypothesis import given, strategies as st

from identity import addresses, texts
from tests.identity.api import Api, refused

# Quoted local parts, where RFC 5321 lets everything in; and control characters anywhere.
NO_ADDRESSES = [
    '"a\x0bBcc:v@c.example\x0bX:y\x0b"@evil.example',
    '"a"@evil.example',
    '"a b"@evil.example',
    '"a\\\x01b"@evil.example',
    "a\x00b@evil.example",
    "a\x7fb@evil.example",
    "a\u2028b@evil.example",
    "a@evil\u200b.example",
    "a@evil.example\x0bx",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_would_end_in_a_header_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match=r"not an e-mail address|ASCII"):
        addresses.normalized(address)


@pytest.mark.parametrize("address", [each for each in NO_ADDRESSES if "\x00" not in each])
def test_the_api_refuses_it_as_an_address(api: Api, address: str) -> None:
    """It used to be the mail server's trouble: HeaderParseError, a 500."""
    answer = api.post("/b2b/otps/email/discovery/send", email_address=address)
    refused(answer, 400, "invalid_email")
    assert mail.outbox == []


@given(st.text(max_size=300))
def test_an_address_is_one_visible_word(text: str) -> None:
    for candidate in (text, f"{text}@evil.example", f'"{text}"@evil.example'):
        try:
            address = addresses.normalized(candidate)
        except ValueError:
            continue
        assert texts.is_token(address, longest=254)


@given(st.text(st.characters(codec=None, categories=None), max_size=300))
def test_a_cleaned_name_can_be_kept_and_stays_so(text: str) -> None:
    name = texts.cleaned(text, longest=100)
    assert len(name) <= 100
    assert texts.is_storable(name)
    assert not set(name) & {"\n", "\r", "\t", "\x0b", "\u202e", "\u2066", "\ufeff"}
    assert texts.cleaned(name, longest=100) == name


def test_a_name_keeps_what_people_write() -> None:
    for name in ("Zoë Müller", "می‌خواهم", "👩‍💻 Ada", "O’Brien-Łukasz", "山田 太郎"):
        assert texts.cleaned(f" {name}\n", longest=100) == name


@pytest.mark.parametrize("bad", ["", " a", "a ", "a\nb", "a\x00", "\ud83d", "a\u200b", "x" * 256])
def test_an_identifier_is_taken_as_it_is_or_not_at_all(bad: str) -> None:
    """(QUALITY 82)"""
    assert not texts.is_plain(bad, longest=texts.LONGEST_SUBJECT)


def test_names_are_cleaned_at_the_api(api: Api) -> None:
    made = api.organization("A\x0bc\u202eme\u2028 \x1b[1m")
    assert made["organization_name"] == "A c me [1m"
    person = api.member(made, "a@acme.example", name="Al\r\nBcc: x")
    assert person["name"] == "Al Bcc: x"


@pytest.mark.parametrize("name", ["", " ", "\x0b", "\u202e\ufeff"])
def test_a_name_of_nothing_is_no_name(api: Api, name: str) -> None:
    answer = api.post("/b2b/organizations", organization_name=name)
    refused(answer, 400, "bad_request")


@pytest.mark.parametrize("path", ["/b2b/organizations/%00", "/b2b/organizations/x%00?a=b"])
@pytest.mark.parametrize("query", ["", "member_id=%00", "m%00=1", "member_id=a%2500"])
def test_no_place_in_an_address_takes_nul(api: Api, path: str, query: str) -> None:
    answer: Any = api.call("GET", f"{path.partition('?')[0]}?{query}")
    refused(answer, 400, "bad_request")

"""Which passwords are good enough: zxcvbn, and what is known of the person."""

import time
from typing import Any

import pytest

from identity.operations import strength
from tests.identity.api import Api, refused
from tests.identity.password_calls import ADA, GOOD, WEAK, reset, start

CHECK = "/b2b/passwords/strength_check"
# Each stands for letters to zxcvbn, which tries every combination.
HOSTILE = "4@8({[<369&%!1/|0$5+7%2Z" * 40


def test_the_answer_is_whole(api: Api) -> None:
    body = api.post(CHECK, password=WEAK).json()
    assert (body["valid_password"], body["score"] < 3) == (False, True)
    assert (body["strength_policy"], body["luds_feedback"]) == ("zxcvbn", None)
    assert (body["breached_password"], body["breach_detection_on_create"]) == (False, False)
    assert body["zxcvbn_feedback"]["warning"]
    assert body["zxcvbn_feedback"]["suggestions"]
    good = api.post(CHECK, password=GOOD).json()
    assert (good["valid_password"], good["score"]) == (True, 4)


def test_nothing_typed_yet_is_weak(api: Api) -> None:
    body = api.post(CHECK, password="", email_address="").json()
    assert (body["valid_password"], body["score"]) == (False, 0)


def test_the_own_address_is_no_password(api: Api) -> None:
    alone = api.post(CHECK, password="krzyzanowska").json()["score"]
    named = api.post(CHECK, password="krzyzanowska", email_address="krzyzanowska@acme.example")
    assert named.json()["score"] < alone


@pytest.mark.parametrize("password", ["krzyzanowska", "tulvengaard", "przybylskicorp"])
def test_names_of_person_and_organization_are_no_password(
    api: Api, password: str, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://app.example"
    organization = api.organization("Przybylskicorp")
    api.member(organization, "krzyzanowska@acme.example", name="Ada Tulvengaard")
    assert strength.judge(password).is_good
    token = start(api, organization, "krzyzanowska@acme.example")
    refused(reset(api, token, password), 400, "weak_password")


def test_a_weak_password_is_told_what_would_help_and_leaves_the_link_good(
    api: Api, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://app.example"
    organization = api.organization()
    api.member(organization, ADA)
    token = start(api, organization)
    details = refused(reset(api, token, WEAK), 400, "weak_password")["error_details"]
    assert details["suggestions"]
    assert details["score"] < 3
    assert reset(api, token, GOOD).status_code == 200


@pytest.mark.parametrize("password", [HOSTILE[:1000], "a" * 1000, "Aa1!" * 250, GOOD * 40])
def test_nobody_keeps_the_service_busy_with_a_password(password: str) -> None:
    """Unbounded, the first takes half a minute."""
    began = time.process_time()
    strength.judge(password, about=["x" * 1000, " ".join(map(str, range(1000)))])
    assert time.process_time() - began < 2


def test_what_follows_a_good_beginning_makes_it_no_worse() -> None:
    assert strength.judge(GOOD * 10).score == strength.judge(GOOD).score == 4
    assert strength.judge(HOSTILE[:30]).score == 4

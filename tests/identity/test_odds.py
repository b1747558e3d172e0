"""SECURITY.md says what the limits come to; here they are calculated from the settings."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from identity.operations import allowances, odds, project_mails, text_allowances
from project import environment as env

SECURITY = (Path(__file__).parents[2] / "SECURITY.md").read_text()
LIMITS = (
    "SENDS_PER_ADDRESS",
    "GUESSES_PER_ADDRESS",
    "GUESSES_PER_CLIENT",
    "TEXTS_PER_COUNTRY",
    "MAILS_PER_PROJECT",
)
ROWS = {
    "one person's codes": odds.at_one_person,
    "anybody's codes, from one client": odds.by_one_client,
    "anybody's password, from one client": odds.at_passwords_by_one_client,
    "one person's codes, with a copy of a known browser's cookie": odds.by_known_browser,
    "one person's authenticator, with their first factor": odds.at_second_factor,
}


@pytest.fixture(autouse=True)
def _as_without_debug(settings: Settings) -> None:
    """The defaults as .env.example has them, which tests/test_settings.py holds to the settings."""
    example = (Path(env.__file__).parents[1] / ".env.example").read_text()
    for name in LIMITS:
        found = re.search(rf"^#{name}=(\d+)$", example, re.MULTILINE)
        assert found, name
        setattr(settings, name, int(found[1]))


def written(name: str) -> tuple[int, float]:
    """Guesses a day and percent a year, from the table."""
    found = re.search(
        rf"^\| {re.escape(name)} \| (\d+) [^|]*\| ([\d.]+) % \|", SECURITY, re.MULTILINE
    )
    assert found, f"no row: {name}"
    return int(found[1]), float(found[2])


@pytest.mark.parametrize("name", ROWS)
def test_the_table_is_what_the_settings_come_to(name: str) -> None:
    bound = ROWS[name]()
    guesses, percent = written(name)
    assert guesses == bound.guesses_a_day
    assert percent == round(bound.a_year * 100, 1)


def test_nobody_is_guessed_more_often_than_once_in_ten_years() -> None:
    """Whoever makes a limit wider is to look here first."""
    assert all(bound().a_year < 0.1 for name, bound in ROWS.items() if "one person" in name)


def test_one_client_guesses_somebody_in_five_years() -> None:
    """Out of all people there are: a client may be an office, whose people are never refused."""
    assert odds.by_one_client().a_year < 0.2
    assert odds.at_passwords_by_one_client().a_year < 0.1


def test_so_many_strangers_bother_one_person() -> None:
    assert f"takes {allowances.CLIENTS} of them" in SECURITY
    assert f"{odds.codes_a_day()} codes a day" in SECURITY
    assert f"{odds.passwords_a_day()} passwords a day" in SECURITY


def test_so_many_numbers_use_up_a_country_s_texts() -> None:
    a_day = text_allowances.of_day()
    assert f"{odds.numbers_of_a_country()} such numbers for each hour" in SECURITY
    assert f"gets {a_day * text_allowances.ORGANIZATIONS} texts a day" in SECURITY
    assert f"proven gets {a_day}" in SECURITY
    assert f"after {text_allowances.HOURS_A_DAY} such hours" in SECURITY


def test_so_many_strangers_stop_new_people() -> None:
    assert f"{odds.strangers_at_new_people()} of them, by {project_mails.FEW} mails" in SECURITY

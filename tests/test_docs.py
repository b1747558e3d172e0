"""The pages of docs/ hold together: what names a section finds it, and no section is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.environment import BASE_DIR

DOCS = BASE_DIR / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *BASE_DIR.glob("*.md")])
ROOMS = ("accounts", "documents", "identity", "orgswitcher", "outbound", "project", "scripts")
READ = {".py", ".html", ".js", ".css", ".toml"}
# How code names a section, and the page that has it: CONTRACT 2.1.
REFERENCE = re.compile(r"\b(CONTRACT|ARCHITECTURE) (\d+(?:\.\d+)?)")
PAGE_OF = {"CONTRACT": DOCS / "contract.md", "ARCHITECTURE": DOCS / "architecture.md"}
HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
FILE = re.compile(r"`([a-z_]+/[\w/.-]*)`")


def sources() -> Iterator[Path]:
    for room in (*ROOMS, "templates", "static", "tests"):
        yield from (path for path in (BASE_DIR / room).rglob("*") if path.suffix in READ)


def references() -> Iterator[tuple[str, str, str]]:
    for path in sources():
        for page, section in REFERENCE.findall(path.read_text()):
            yield page, section, str(path.relative_to(BASE_DIR))


def sections(page: str) -> set[str]:
    return set(HEADING.findall(PAGE_OF[page].read_text()))


def slug(heading: str) -> str:
    """How GitHub names the anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)}


def test_each_section_that_code_names_exists() -> None:
    """QUALITY 100."""
    lost = {(page, number, at) for page, number, at in references() if number not in sections(page)}
    assert lost == set()


def test_each_section_of_the_contract_is_named_by_code() -> None:
    named = {number for page, number, _ in references() if page == "CONTRACT"}
    chapters = {number.partition(".")[0] for number in named}
    assert sections("CONTRACT") - named - chapters == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """QUALITY 100."""
    for target, anchor in LINK.findall(page.read_text()):
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), f"{target}#{anchor}"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = (name for name in FILE.findall(page.read_text()) if name.split("/")[0] in rooms())
    assert [name for name in named if not (BASE_DIR / name).exists()] == []


def rooms() -> set[str]:
    return {path.name for path in BASE_DIR.iterdir() if path.is_dir()}

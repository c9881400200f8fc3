"""The pages name only what exists, and leave out nothing that does."""

import re
from pathlib import Path

import pytest

from boldwise.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "config/*.md", "profiles/*.md", "envs/*.md")
    for path in ROOT.glob(pattern)
)
FOLDERS = tuple(sorted(path.name for path in ROOT.iterdir() if path.is_dir()))
MADE = ("results/", ".venv", ".snakemake")
PLACEHOLDER = re.compile(r"[A-Z]{3,}|[<>*{}…$]|\bX\b")
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
COMMANDS = {
    *(one.name or one.callback.__name__ for one in app.registered_commands),
    *(one.name for one in app.registered_groups),
}


def code_of(page):
    """List the lines of code of a page, inline or in blocks."""
    text = page.read_text()
    blocks = re.findall(r"(?ms)^ *```\w*\n(.*?)^ *```", text)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^ *```.*?^ *```", "", text))
    return [line.strip() for part in (*blocks, *inline) for line in part.splitlines()]


def words_of(page):
    """List all words that stand in code."""
    return [word for line in code_of(page) for word in line.split()]


def called(page, program):
    """List what a program is asked to do on a page."""
    found = (re.match(rf"{program} ([a-z][a-z-]*)", line) for line in code_of(page))
    return {match[1] for match in found if match}


def paths_in(page):
    """List what looks like a path of the checkout."""
    for word in words_of(page):
        word = word.strip("\"',;:()[]").removeprefix("./").partition("::")[0]
        known = word.partition("/")[0] in FOLDERS and "/" in word
        if known and not PLACEHOLDER.search(word) and not word.startswith(MADE):
            yield word


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_a_page_exists(page):
    lost = [path for path in paths_in(page) if not (ROOT / path).exists()]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    near = [link for link in links if not link.startswith(("http", "mailto:"))]
    lost = [link for link in near if not (page.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists(page):
    assert called(page, "make") <= TARGETS
    assert called(page, "boldwise") <= COMMANDS


def test_every_command_is_explained():
    assert set().union(*(called(page, "boldwise") for page in PAGES)) == COMMANDS


@pytest.mark.parametrize("target", ["demo", "test", "quick", "tiny-clip"])
def test_the_main_targets_are_explained(target):
    text = "\n".join(page.read_text() for page in PAGES)

    assert target in TARGETS
    assert f"make {target}" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_is_reached_from_another(page):
    others = "\n".join(other.read_text() for other in PAGES if other != page)

    assert page.name == "README.md" or page.name in others

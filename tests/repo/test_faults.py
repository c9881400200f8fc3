"""The table of faults names tests that exist, and every test of a fault is in it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/faults.md").read_text()


def folder_tests(folder):
    """Name the tests of a folder."""
    return {
        node.name
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def rows():
    """Give the cells of each row of the first table."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]


def test_every_row_says_what_happens_what_is_seen_and_which_test_proves_it():
    assert len(rows()) >= 15
    assert all(len(row) == 4 and all(row) for row in rows())


def test_every_test_of_the_table_exists():
    named = {name for row in rows() for name in re.findall(r"`(test_\w+)`", row[3])}

    assert len(named) == len(rows())
    assert named - folder_tests("faults") - folder_tests("slurm") == set()


def test_every_fault_that_is_tested_is_in_the_table():
    about_faults = folder_tests("faults") - file_tests("test_secrets.py")

    assert {name for name in about_faults if f"`{name}`" not in PAGE} == set()


def file_tests(name):
    """Name the tests of one file of the suite of faults."""
    tree = ast.parse((ROOT / "tests/faults" / name).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_sentences_of_the_table_are_those_of_the_code():
    source = "".join(
        " ".join(re.findall(r'"([^"\n]*)"', path.read_text()))
        for path in (ROOT / "src/boldwise").rglob("*.py")
    )
    joined = re.sub(r"\s+", " ", source)
    for sentence in (
        "its last bytes are no seal",
        "it holds other bytes than were written to it",
        "ended from outside (SIGTERM): its time was up",
        "it ended without a word: killed",
        "is left out: ",
    ):
        assert sentence in joined
        assert sentence.strip() in PAGE

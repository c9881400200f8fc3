"""Every message that a user can meet is met by a test, and says what to do."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/boldwise"
SOURCE = sorted(PACKAGE.rglob("*.py"))
# A message and a test's text share so many words of at least so many letters.
ENOUGH = ((3, 1), (2, 4))


def raised(path):
    """List the messages of a file: (line, name of the error, pieces without values)."""
    for node in ast.walk(ast.parse(path.read_text())):
        call = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(call, ast.Call) and call.args:
            name, pieces = getattr(call.func, "id", ""), texts_in(call.args[0])
            own = name.endswith("Error") and name != "AttributeError"
            if own and any(map(words, pieces)):
                yield node.lineno, name, pieces


def texts_in(node):
    """List the pieces of text of an expression, values left out."""
    if isinstance(node, ast.JoinedStr):
        parts = [one.value for one in node.values if isinstance(one, ast.Constant)]
        return [str(part) for part in parts]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [text for child in ast.iter_child_nodes(node) for text in texts_in(child)]


def words(text):
    """Cut text into words; what patterns add is taken away."""
    return re.findall(r"[a-z_]+", re.sub(r"\\.", " ", text.lower()))


@pytest.fixture(scope="module")
def tested():
    """Collect the words of each text of the tests, by the part that they are about."""
    found = {}
    for path in (ROOT / "tests/unit").rglob("test_*.py"):
        part = path.relative_to(ROOT / "tests/unit").parts[0].removeprefix("test_")
        tree = ast.parse(path.read_text())
        found.setdefault(part, []).extend(set(words(one)) for one in texts_in(tree))
    return found


def is_met(pieces, texts):
    """Tell whether one text of the tests shares enough words with a message."""
    own = {word for piece in pieces for word in words(piece)}
    for least, letters in ENOUGH:
        known = {word for word in own if len(word) >= letters}
        needed = min(least, len(own))
        if any(len(known & text) >= needed for text in texts):
            return True
    return False


def test_every_message_is_met_by_a_test(tested):
    unmet = [
        f"{path.relative_to(ROOT)}:{line}: {' … '.join(pieces)[:90]}"
        for path in SOURCE
        for line, _, pieces in raised(path)
        if not is_met(pieces, tested.get(path.relative_to(PACKAGE).parts[0], []))
    ]
    assert unmet == []


def test_errors_are_those_of_boldwise():
    own = {
        *("ConfigError", "ShapeMismatchError", "DataError", "StoreError"),
        *("LeakageError", "WeightsError", "ValueError"),
    }
    found = {
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in SOURCE
        for line, name, _ in raised(path)
        if name not in own
    }
    assert found == set()


EXACT = 80  # so many refusals, at least, are met word for word
SHORTEST = 4  # words of a sentence that says something


def first_sentence(pieces):
    """Give the words of each piece of a message, up to its first full stop."""
    found = []
    for piece in pieces:
        stop = re.search(r"\.(\s|$)", piece)
        found.append(" ".join(words(piece[: stop.start()] if stop else piece)))
        if stop:
            break
    return [one for one in found if one]


def test_eighty_refusals_are_met_word_for_word():
    texts = {}
    for path in (ROOT / "tests/unit").rglob("test_*.py"):
        part = path.relative_to(ROOT / "tests/unit").parts[0].removeprefix("test_")
        tree = ast.parse(path.read_text())
        said = (re.sub(r"\\(.)", r"\1", one) for one in texts_in(tree))
        texts.setdefault(part, set()).update(" ".join(words(one)) for one in said)
    met = set()
    for path in SOURCE:
        known = texts.get(path.relative_to(PACKAGE).parts[0], ())
        for _, _, pieces in raised(path):
            runs = first_sentence(pieces)
            enough = sum(len(run.split()) for run in runs) >= SHORTEST
            if enough and any(all(run in one for run in runs) for one in known):
                met.add(" … ".join(runs))

    print(f"{len(met)} distinct refusals are met word for word")
    assert len(met) >= EXACT

"""The numbers of the house: sizes, documentation, types, and what is never done."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
CODE = [
    *SOURCE,
    *sorted((ROOT / "workflow").rglob("*.py")),
    *sorted((ROOT / "tests").rglob("*.py")),
    *(path for path in (ROOT / "tools").glob("*.py") if path.name != "house.py"),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]
CORE = (
    *("linear", "responses", "features", "evaluation", "training"),
    *("encoders", "decoders"),
)
TEXTS = (".py", ".smk", ".md", ".yaml", ".toml", ".sh", ".rst", ".txt", ".cff", "")
SKIPPED = {".git", ".venv", ".snakemake", "results", "__pycache__", ".hypothesis"}


def name_of(path):
    """Name a file for a test's id."""
    return str(path.relative_to(ROOT))


def functions_of(path):
    """List all functions of a file with the class around them."""
    tree = ast.parse(path.read_text())
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield parent, node


def is_public(parent, node):
    """Tell whether users meet a function."""
    hidden = (
        isinstance(parent, ast.FunctionDef) or getattr(parent, "name", "")[:1] == "_"
    )
    return not node.name.startswith("_") and not hidden


def code_lines(node):
    """Count the lines of a function without its docstring."""
    doc = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)


ESTIMATORS = ("ridge.py", "banded_ridge.py")


def test_files_are_short():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in CODE}

    assert {name: n for name, n in lengths.items() if n > 300} == {}


def test_functions_are_short_and_take_few_arguments():
    long, many = [], []
    for path in SOURCE:
        for _, node in functions_of(path):
            known = node.args.args + node.args.kwonlyargs + node.args.posonlyargs
            given = [one for one in known if one.arg not in ("self", "cls")]
            long += [f"{name_of(path)}: {node.name}"] * (code_lines(node) > 40)
            # scikit-learn wants each option of an estimator by name.
            if node.name != "__init__" or path.name not in ESTIMATORS:
                many += [f"{name_of(path)}: {node.name}"] * (len(given) > 6)

    assert long == []
    assert many == []


def test_nine_functions_in_ten_have_at_most_26_lines():
    lengths = sorted(code_lines(n) for path in SOURCE for _, n in functions_of(path))

    assert lengths[int(0.9 * len(lengths))] <= 26


def test_everything_public_is_documented_and_typed():
    bare, untyped = [], []
    for path in SOURCE:
        bare += [name_of(path)] * (not ast.get_docstring(ast.parse(path.read_text())))
        for parent, node in functions_of(path):
            place = f"{name_of(path)}: {node.name}"
            lost = is_public(parent, node) and not ast.get_docstring(node)
            bare += [place] * lost
            untyped += [place] * (node.returns is None)

    assert bare == []
    assert untyped == []


def test_public_functions_of_the_core_tell_the_shapes_of_arrays():
    silent = [
        f"{name_of(path)}: {node.name}"
        for path in SOURCE
        if path.relative_to(ROOT / "src/boldwise").parts[0] in CORE
        for parent, node in functions_of(path)
        if is_public(parent, node) and "ndarray" in _signature(node)
        if not re.search(r"shape|\(n_", _told(parent) + _told(node))
    ]
    assert silent == []


def _signature(node):
    return ast.unparse(node.args) + ast.unparse(node.returns or ast.Constant(None))


def _told(node):
    documented = isinstance(node, ast.ClassDef | ast.FunctionDef)
    return (ast.get_docstring(node) or "") if documented else ""


def test_there_are_as_many_lines_of_tests_as_of_source():
    tests = sum(len(p.read_text().splitlines()) for p in (ROOT / "tests").rglob("*.py"))
    source = sum(len(path.read_text().splitlines()) for path in SOURCE)

    assert tests >= 0.9 * source


NEVER = {
    r"\b(pickle|joblib|dill)\.loads?\(": "a pickle runs whatever it holds",
    r"allow_pickle=True": "a pickle runs whatever it holds",
    r"torch\.load\((?!.*weights_only=True)": "a pickle runs whatever it holds",
    r"yaml\.(unsafe_)?load\(": "use safe_load",
    r"(?<![.\w])(eval|exec)\(": "no text is run",
    r"^\s*assert ": "asserts vanish under -O; raise what tells the user",
    r"np\.random\.(seed|rand|normal|shuffle|permutation)\(": "seeds are arguments",
    r"\bexcept:|except Exception:\s*$": "name what you expect",
    r"datetime\.now|time\.time\(": "results hold no times",
}


@pytest.mark.parametrize("pattern", NEVER)
def test_what_is_never_done_is_not_done(pattern):
    found = [
        f"{name_of(path)}: {line.strip()} ({NEVER[pattern]})"
        for path in SOURCE
        for line in path.read_text().splitlines()
        if re.search(pattern, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "owner"),
    [
        (r"\bprint\(", ("cli", "stage.py")),
        (r"logging\.basicConfig", ("stage.py",)),
        (r"except Exception", ("stage.py",)),
        (r"plt\.(show|savefig)|\.savefig\(", ("io",)),
    ],
)
def test_what_one_place_does_no_other_does(pattern, owner):
    found = [
        name_of(path)
        for path in SOURCE
        if re.search(pattern, path.read_text())
        and path.relative_to(ROOT / "src/boldwise").parts[0] not in owner
    ]
    assert found == []


def committed():
    """List the text files of the repository."""
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if (
            path.is_file()
            and path.suffix in TEXTS
            and not hidden
            and not parts & SKIPPED
        ):
            yield path


def test_no_file_names_a_machine_or_an_address_of_packages():
    machine = re.compile(r"/(root|work|opt)/\w|file://")
    address = re.compile(r"(index-url|find-links)\b|https?://\S*(/simple|/packages/)\b")
    found = [
        name_of(path)
        for path in committed()
        if path != Path(__file__)
        and (machine.search(path.read_text()) or address.search(path.read_text()))
    ]
    assert found == []

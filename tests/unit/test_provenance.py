"""Mirrors src/boldwise/provenance.py."""

import ast

import pytest

from boldwise import provenance
from boldwise.provenance import code_of, modules_of

# How a script may reach boldwise.part.deep, and what must be followed on the way.
WAYS = {
    "absolute": "from boldwise.part.deep import f\n",
    "module": "from boldwise.part import deep\n",
    "plain": "import boldwise.part.deep\n",
    "renamed": "import boldwise.part.deep as d\n",
    "package": "from boldwise import part\n",
    "in a function": "def g():\n    from boldwise.part.deep import f\n",
    "registry": 'KINDS = {"x": "boldwise.part.deep:f"}\n',
    "registered module": 'NAME = "boldwise.part.deep"\n',
    "type checking": "if TYPE_CHECKING:\n    from boldwise.part.deep import f\n",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package whose part/__init__ imports deep by a relative import."""
    package = tmp_path / "checkout/src/boldwise"
    (package / "part").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part/__init__.py").write_text("from . import deep\n")
    (package / "part/deep.py").write_text("from ..base import x\nf = x\n")
    (package / "part/beside.py").write_text("y = 1\n")
    (package / "base.py").write_text("x = 1\n")
    monkeypatch.setattr(provenance, "PACKAGE", package)
    return package


def write_script(package, text):
    script = package.parents[1] / "script.py"
    script.write_text(text)
    return script


@pytest.mark.parametrize("way", WAYS)
def test_an_edit_below_changes_the_hash_however_it_is_imported(package, way):
    script = write_script(package, WAYS[way])
    before = code_of(script)

    (package / "base.py").write_text("x = 2\n")

    assert code_of(script) != before


@pytest.mark.parametrize("way", WAYS)
def test_an_edit_of_what_is_not_reached_changes_nothing(package, way):
    script = write_script(package, WAYS[way])
    before = code_of(script)

    (package / "part/beside.py").write_text("y = 2\n")

    assert code_of(script) == before


def test_all_modules_on_the_way_are_listed(package):
    script = write_script(package, WAYS["absolute"])

    names = {
        path.relative_to(package.parents[1]).as_posix() for path in modules_of(script)
    }

    inside = {"__init__.py", "base.py", "part/__init__.py", "part/deep.py"}
    assert names == {"script.py", *(f"src/boldwise/{name}" for name in inside)}


@pytest.mark.parametrize("dots", ["from .deep import f", "from . import deep"])
def test_relative_imports_within_a_package_are_followed(package, dots):
    (package / "part/__init__.py").write_text("")
    (package / "part/beside.py").write_text(f"{dots}\n")
    script = write_script(package, "import boldwise.part.beside\n")

    assert package / "part/deep.py" in modules_of(script)


def test_a_circle_of_imports_ends(package):
    (package / "base.py").write_text("from boldwise.part import deep\nx = 1\n")
    script = write_script(package, "import boldwise.base\n")

    assert len(modules_of(script)) == 5


def test_the_hash_does_not_depend_on_where_the_checkout_lies(package, monkeypatch):
    here = code_of(write_script(package, WAYS["absolute"]))
    moved = package.parents[1].rename(package.parents[2] / "a-moved-checkout")
    monkeypatch.setattr(provenance, "PACKAGE", moved / "src/boldwise")

    assert code_of(moved / "script.py") == here


def test_a_module_that_moves_to_another_folder_changes_the_hash(package):
    (package / "part/__init__.py").write_text("")
    (package / "part/twin.py").write_text("z = 1\n")
    (package / "twin.py").write_text("z = 1\n")

    top = code_of(write_script(package, "import boldwise.twin, boldwise.part\n"))
    deep = code_of(write_script(package, "import boldwise.part.twin\n"))

    assert top != deep


def test_a_touched_file_with_equal_content_changes_nothing(package):
    script = write_script(package, WAYS["absolute"])
    before = code_of(script)

    (package / "base.py").write_text("x = 1\n")

    assert code_of(script) == before
    assert len(before) == 12


def test_other_packages_and_ordinary_text_are_no_modules(package):
    script = write_script(package, 'import numpy\nTEXT = "boldwise. It is: part"\n')

    assert modules_of(script) == [script]


HARD = {
    "semicolon": "x = 1; import boldwise.part.deep\n",
    "continued": "from boldwise.part \\\n    import deep\n",
    "several lines": "from boldwise.part import (\n    deep,  # (why)\n)\n",
    "one line block": "if True: import boldwise.part.deep\n",
    "a line of words": '"""Do\nimport all of it.\n"""\nimport boldwise.part.deep\n',
    "words of import": '"""To import it, import it."""\nimport boldwise.part.deep\n',
}


@pytest.mark.parametrize("way", HARD)
def test_however_an_import_is_laid_out_it_is_followed(package, way):
    script = write_script(package, HARD[way])

    assert package / "part/deep.py" in modules_of(script)


def test_reading_statements_alone_finds_what_reading_all_of_a_module_finds():
    for path in provenance.PACKAGE.rglob("*.py"):
        source = path.read_bytes()
        whole = provenance._names_in(ast.parse(source), path)

        found = set(provenance._imports_of(path, source))

        assert set(provenance._files_named(whole)) <= found, path

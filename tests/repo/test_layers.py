"""The core never reaches up into the shell, however an import is written."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "boldwise"
# From the bottom up; parts of one row do not import each other.
LAYERS = [
    ["errors", "atomic", "provenance"],
    ["linear"],
    ["responses", "features"],
    ["evaluation"],
    ["training"],
    ["encoders", "decoders"],
    ["simulate"],
    ["io", "reporting", "settings", "stage", "jobs"],
    ["cli"],
    ["__main__"],
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
SHELL = {part for parts in LAYERS[-3:] for part in parts}
CORE = [part for part in LEVEL if part not in SHELL]
NUMERICAL = {
    "numpy",
    "scipy",
    "sklearn",
    "threadpoolctl",
    "torch",
    "boldwise",
    *sys.stdlib_module_names,
}
# Libraries of the field, only within functions: a job that does not call pays nothing.
FIELD = {
    "responses": {"nilearn", "nibabel", "SimpleITK"},
    "features/backends": None,
    "training": {"safetensors"},
    "decoders/alignment": {"ot"},
    "decoders/generation": {"diffusers"},
    "evaluation": {"sacrebleu"},
}
HEAVY = {
    "torch",
    "sklearn",
    "nilearn",
    "pandas",
    "matplotlib",
    "open_clip",
    "moten",
    "SimpleITK",
}
WHOLLY_ABOUT = {"reporting": {"matplotlib"}, "training": {"torch"}}
DERIVED = {"linear/ridge.py", "linear/banded_ridge.py"}  # from scikit-learn's classes
ONE_IMPORTER = {"h5py": "io/stores.py", "nibabel": "io/", "snakemake": ""}


def imports(source, path):
    """List (module, within a function) for every import, however it is written."""
    found = []

    def visit(node, inside):
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.Import):
            found.extend((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.extend((name, inside) for name in _from(node, path))
        elif isinstance(node, ast.Call) and _is_import(node):
            found.extend((arg.value, inside) for arg in _texts(node.args))
        elif isinstance(node, ast.Constant) and _is_registered(node.value):
            found.append((node.value.partition(":")[0], True))
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(ast.parse(source), False)
    return found


def _from(node, path):
    package = [] if not node.level else ["boldwise", *path.parts[: -node.level]]
    module = ".".join([*package, *([node.module] if node.module else [])])
    return [module, *(f"{module}.{alias.name}" for alias in node.names)]


def _is_import(node):
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return name in ("import_module", "__import__")


def _texts(nodes):
    return [
        node
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _is_registered(value):
    return isinstance(value, str) and value.startswith("boldwise.") and ":" in value


def part_of(module):
    """Name the part of boldwise that a module belongs to; None for other packages."""
    names = module.split(".")
    return names[1] if names[0] == "boldwise" and len(names) > 1 else None


def violations(source, path):
    """List what a file imports against the law; ``path`` is below the package."""
    part = path.parts[0].removesuffix(".py")
    bad = []
    for module, inside in imports(source, path):
        other, top = part_of(module), module.split(".")[0]
        if other in LEVEL and other != part and LEVEL[other] >= LEVEL[part]:
            same_shell = {part, other} <= set(LAYERS[-3])
            bad += [] if same_shell else [module]
        if part in CORE and top not in NUMERICAL and not _allowed(path, top, inside):
            bad.append(module)
        owner = ONE_IMPORTER.get(top)
        if owner is not None and not path.as_posix().startswith(owner or "-"):
            bad += [] if _allowed(path, top, inside) else [module]
    return bad


def _allowed(path, top, inside):
    for folder, names in FIELD.items():
        if path.as_posix().startswith(f"{folder}/"):
            return inside and (names is None or top in names)
    return False


FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def test_no_import_points_up():
    found = {
        path.as_posix(): bad
        for path in FILES
        if (bad := violations((PACKAGE / path).read_text(), path))
    }
    assert found == {}


def test_what_is_heavy_is_imported_where_it_is_needed():
    found = {
        path.as_posix(): heavy
        for path in FILES
        if (heavy := (_at_top(path) & HEAVY) - _its_own(path))
        and path.as_posix() not in DERIVED
    }
    assert found == {}


def test_no_light_module_reaches_a_trained_model():
    trained = {_module_of(path) for path in FILES if _is_trained(path)}
    found = {
        path.as_posix(): reached
        for path in FILES
        if not _is_trained(path) and (reached := _modules_at_top(path) & trained)
    }
    assert trained
    assert found == {}


def _its_own(path):
    return {"torch"} if _is_trained(path) else WHOLLY_ABOUT.get(path.parts[0], set())


def _is_trained(path):
    """Tell whether a file of encoders or decoders is wholly about torch."""
    at_top = {module.partition(".")[0] for module in _modules_at_top(path)}
    return path.parts[0] in ("encoders", "decoders") and "torch" in at_top


def _module_of(path):
    return ".".join(["boldwise", *path.with_suffix("").parts])


def _at_top(path):
    """Name the packages that a file imports as soon as it is imported."""
    return {module.split(".")[0] for module in _modules_at_top(path)}


def _modules_at_top(path):
    """Name the modules that a file imports as soon as it is imported."""
    source = (PACKAGE / path).read_text()
    lines = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    text = "\n".join(map(ast.unparse, lines))
    return {module for module, _ in imports(text, path)}


@pytest.mark.parametrize(
    "planted",
    [
        "import h5py",
        "import h5py.h5f as f",
        "from h5py import File",
        "from boldwise.io import stores",
        "from boldwise import io",
        "import boldwise.io.stores",
        "from ..io import stores",
        "from .. import io",
        "def f():\n    import boldwise.stage",
        "if TYPE_CHECKING:\n    from boldwise.settings import config",
        "from importlib import import_module\nimport_module('boldwise.io')",
        "__import__('matplotlib')",
        "KINDS = {'x': 'boldwise.io.stores:open_store'}",
        "from boldwise.decoders import linear",
        "from boldwise.simulate.scenes import Scenes",
        "def f():\n    import nibabel",
    ],
)
def test_a_planted_import_is_caught(planted):
    assert violations(planted, Path("encoders/planted.py"))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("encoders/a.py", "from boldwise.linear.ridge import RidgeCV"),
        ("encoders/a.py", "from . import design\nimport numpy as np, json"),
        ("responses/a.py", "def f():\n    from nilearn.glm import first_level"),
        ("features/backends/a.py", "def f():\n    import open_clip"),
        ("io/stores.py", "import h5py"),
        ("settings/a.py", "from boldwise.io.paths import expand"),
    ],
)
def test_a_lawful_import_passes(path, source):
    assert violations(source, Path(path)) == []


def test_every_part_has_its_place():
    parts = {path.parts[0].removesuffix(".py") for path in FILES} - {"__init__"}
    assert parts == set(LEVEL)

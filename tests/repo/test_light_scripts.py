"""A job pays for the libraries that it uses: what scripts import when they start."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
DRAWING = {path for path in SCRIPTS if path.stem.startswith("draw_")}
# They write figures or pages, or read what those are made of.
DRAWING |= {
    ROOT / f"workflow/scripts/{n}.py" for n in ("write_report", "tabulate_training")
}
# About trained models: torch is their own work. One of them draws, too.
TRAINED = {
    ROOT / f"workflow/scripts/{name}.py"
    for name in (
        *("adapt_decoder", "adopt_new_subject", "cluster_voxels"),
        *("fit_shared_decoder", "train_on_fewer"),
    )
}
SLOW = ("torch", "sklearn", "nilearn", "pandas", "open_clip", "transformers", "dipy")


def imports_of(path):
    """List the imports at the top of a script, as code."""
    nodes = ast.parse(path.read_text()).body
    return [
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def loaded_by(paths, names):
    """Import what scripts import in one new Python; name what came with it."""
    code = "\n".join(line for path in paths for line in imports_of(path))
    told = (
        f"import sys\n{code}\nprint([n for n in {tuple(names)!r} if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout.splitlines()[-1])


def test_the_scripts_were_found():
    assert len(SCRIPTS) > 40
    assert SCRIPTS[0].is_file()
    assert all(path.is_file() for path in DRAWING | TRAINED)


@pytest.mark.parametrize("part", ["numbers", "figures"])
def test_no_script_starts_with_a_slow_library(part):
    light = [path for path in SCRIPTS if path not in TRAINED]
    own = [path for path in light if (path in DRAWING) == (part == "figures")]

    assert loaded_by(own, SLOW) == []


def test_only_scripts_that_draw_start_with_matplotlib():
    own = [path for path in SCRIPTS if path not in DRAWING | TRAINED]

    assert loaded_by(own, ["matplotlib"]) == []


def test_a_slow_import_would_be_seen(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import matplotlib\n")

    assert loaded_by([script], [*SLOW, "matplotlib"]) == ["matplotlib"]

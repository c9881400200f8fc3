"""Nothing that is read runs code, leaves its folder, or reaches a shell unquoted."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = [
    *sorted((ROOT / "src").rglob("*.py")),
    *sorted((ROOT / "workflow").rglob("*.py")),
    *sorted((ROOT / "tools").glob("*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]
WORKFLOW = [ROOT / "Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))]
# A pickle runs whatever it holds; of the module only its error may be named.
PICKLES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
ARCHIVES = {"extractall", "unpack_archive", "extract"}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "full_load", "unsafe_load_all"}
RUNS = {"subprocess.run", "subprocess.Popen", "subprocess.call"}
RUNS |= {"subprocess.check_call", "subprocess.check_output"}


def faults(text):
    """List what a piece of code does that could run or write what it should not."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "id", "")
            if owner in PICKLES and not node.attr.endswith("Error"):
                found.append(f"line {node.lineno}: {owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module in PICKLES:
            names = [one.name for one in node.names if not one.name.endswith("Error")]
            found += [f"line {node.lineno}: {node.module}.{name}" for name in names]
        elif isinstance(node, ast.Call):
            found += [f"line {node.lineno}: {one}" for one in faults_of_call(node)]
    return found


def faults_of_call(node):
    """Name what is wrong with one call."""
    name = ast.unparse(node.func)
    given = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
    last = name.rpartition(".")[2]
    if name.startswith("yaml.") and last in UNSAFE_YAML:
        yield f"{name}, not yaml.safe_load"
    if last in ("read_pickle", "to_pickle") or name in ("eval", "exec"):
        yield name
    if last in ARCHIVES and last != "extract":
        yield f"{name} may leave its folder"
    if name in SHELLS or (name in RUNS and given.get("shell")):
        yield f"{name} by a shell"
    if name in RUNS and node.args and isinstance(node.args[0], ast.JoinedStr):
        yield f"{name} of a string"
    if name == "torch.load" and given.get("weights_only") is not True:
        yield f"{name} without weights_only=True"
    if given.get("allow_pickle", False) is not False:
        yield f"{name} of pickles"


def test_no_file_does_what_could_run_foreign_code():
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in SOURCE
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle\npickle.load(f)",
        "from pickle import loads",
        "joblib.load(p)",
        "torch.load(p)",
        "torch.load(p, weights_only=False)",
        "torch.load(p, map_location='cpu')",
        "np.load(p, allow_pickle=True)",
        "np.load(p, allow_pickle=chosen)",
        "yaml.load(t)",
        "yaml.load(t, Loader=yaml.SafeLoader)",
        "yaml.unsafe_load(t)",
        "pd.read_pickle(p)",
        "tarfile.open(p).extractall(d)",
        "shutil.unpack_archive(p, d)",
        "os.system(c)",
        "subprocess.run(c, shell=True)",
        "subprocess.run(f'rm {name}')",
        "eval(t)",
    ],
)
def test_the_check_finds_each_of_them(code):
    assert len(faults(code)) >= 1


@pytest.mark.parametrize(
    "code",
    [
        "try:\n  f()\nexcept pickle.UnpicklingError:\n  pass",
        "torch.load(p, weights_only=True)",
        "np.load(p)",
        "np.load(p, allow_pickle=False)",
        "yaml.safe_load(t)",
        "subprocess.run(['ls', name], check=True)",
    ],
)
def test_the_check_lets_the_safe_ways_through(code):
    assert faults(code) == []


@pytest.mark.parametrize("path", WORKFLOW, ids=lambda path: path.name)
def test_no_rule_builds_a_line_for_a_shell(path):
    assert not re.search(r"(?m)^\s*shell\s*[:(]", path.read_text())


def test_the_report_marks_as_safe_only_what_it_made_itself():
    owners = {
        path.relative_to(ROOT / "src/boldwise").as_posix()
        for path in (ROOT / "src/boldwise").rglob("*.py")
        if re.search(r"\bMarkup\(", path.read_text())
    }
    template = (ROOT / "src/boldwise/reporting/templates/report.html").read_text()

    assert owners <= {"reporting/page.py", "reporting/captions.py"}
    assert "|safe" not in template.replace(" ", "")
    assert "default-src 'none'" in template

"""Every rule has its parts, every script its rule, every figure its caption."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))]
SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
CAPTIONS = {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}
ORDER = (
    *("input", "output", "log", "benchmark", "wildcard_constraints", "conda"),
    *("threads", "resources", "params", "script"),
)


def read_rules():
    """Give the lines of every rule by its name, without the indentation."""
    found = {}
    for path in FILES:
        for match in re.finditer(
            r"(?m)^(?P<lead> *)(?:rule|checkpoint) (?P<name>\w+):\n"
            r"(?P<body>(?:(?P=lead) +.*\n|\n)+)",
            path.read_text() + "\n",
        ):
            lines = [line for line in match["body"].splitlines() if line.strip()]
            cut = len(match["lead"]) + 4
            found[match["name"]] = [line[cut:] for line in lines]
    return found


RULES = read_rules()
JOBS = {name for name, lines in RULES.items() if "localrule: True" not in lines}


def directives(name):
    """List the directives of a rule in their order."""
    return [
        line.partition(":")[0] for line in RULES[name] if re.match(r"[a-z_]+:", line)
    ]


def test_the_rules_were_found():
    assert {"fit_encoder", "make_split", "write_report", "all"} <= set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_says_what_it_does(name):
    assert any(line.startswith('"""') for line in RULES[name])


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_short(name):
    assert len(RULES[name]) < 30


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_has_all_its_parts_in_order(name):
    parts = directives(name)

    assert {"output", "log", "benchmark", "conda", "resources", "params"} <= set(parts)
    assert [part for part in ORDER if part in parts] == parts


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_states_its_needs_and_its_code(name):
    text = "\n".join(RULES[name])

    assert re.search(r"mem_mb=", text)
    assert re.search(r"runtime=", text)
    assert re.search(rf'code=(code\("{name}"\)|\w+_code)', text)
    assert f"/logs/{name}" in text
    assert re.search(rf"/benchmarks/{name}.*\.jsonl", text)


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_runs_the_script_of_its_name(name):
    assert f'"../scripts/{name}.py"' in [line.strip() for line in RULES[name]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rules_hold_no_code_of_their_own(path):
    text = path.read_text()

    assert not re.search(r"\blambda\b|^\s+(run|shell|retries|group):", text, re.M)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_three_moves(path):
    tree = ast.parse(path.read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.With)]
    loose = (ast.FunctionDef, ast.ClassDef, ast.While, ast.Assign)

    assert path.stem in JOBS
    assert len(path.read_text().splitlines()) <= 40
    assert ast.get_docstring(tree)
    assert len(blocks) == 1
    assert "stage(snakemake)" in ast.unparse(blocks[0].items[0])
    assert not any(isinstance(node, loose) for node in tree.body)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_import_from_the_defining_module(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("boldwise"):
            file = ROOT / "src" / Path(*node.module.split(".")).with_suffix(".py")
            assert file.is_file()
            names = {
                getattr(one, "name", getattr(getattr(one, "target", None), "id", ""))
                for one in ast.parse(file.read_text()).body
            }
            names |= {
                target.id
                for one in ast.parse(file.read_text()).body
                if isinstance(one, ast.Assign)
                for target in one.targets
                if isinstance(target, ast.Name)
            }
            assert {alias.name for alias in node.names} <= names


def test_every_figure_has_a_caption_and_every_caption_a_figure():
    text = "\n".join(path.read_text() for path in FILES)
    drawn = set(re.findall(r'figure\(\s*f?"[^"]*?(\w+)\.\w+"', text))
    drawn |= set(re.findall(r'"(\w+)": \("(?:png|svg|html)"', text))

    assert len(drawn) >= 10
    assert drawn | {"workflow"} == CAPTIONS


@pytest.mark.parametrize("name", sorted(CAPTIONS - {"workflow"}))
def test_every_caption_says_what_to_expect(name):
    text = (ROOT / f"workflow/report/{name}.rst").read_text()

    assert "xpect" in text

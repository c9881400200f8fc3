"""An edit reruns exactly the rules that it reaches; an equal file reruns nothing."""

import re
from pathlib import Path

import pytest

from boldwise import provenance
from boldwise.features.registry import EXTRACTORS
from boldwise.provenance import modules_of

pytestmark = pytest.mark.workflow
EDITED = [
    "evaluation/identification.py",
    "features/tfidf.py",
    "io/records.py",
    "linear/solve.py",
    "reporting/style.py",
    "settings/describe.py",
    "simulate/shapes.py",
]


@pytest.fixture
def edit(checkout):
    """Edit a file of the checkout for the time of a test."""
    before = {}

    def change(path, text="\n# One more line.\n"):
        before[path] = path.read_bytes()
        path.write_bytes(before[path] + text.encode())

    yield change
    for path, content in before.items():
        path.write_bytes(content)


def rules_that_reach(checkout, module, finished):
    """Find the rules of the finished study whose scripts reach a module."""
    file = checkout / "src/boldwise" / module
    scripts = (checkout / "workflow/scripts").glob("*.py")
    reached = {script.stem for script in scripts if file in modules_of(script)}
    for kind in ("gabor_pyramid", "tfidf", "open_clip"):
        name = EXTRACTORS[kind].partition(":")[0].split(".")
        source = checkout.joinpath("src", *name).with_suffix(".py")
        reached |= {"extract_features"} if file in modules_of(source) else set()
    ran = {path.name for path in (finished.results / "benchmarks").iterdir()}
    return reached & {name.removesuffix(".jsonl") for name in ran}


@pytest.mark.parametrize("module", EDITED)
def test_one_line_of_a_module_reruns_the_rules_that_reach_it(
    module, finished, checkout, edit, jobs, monkeypatch
):
    monkeypatch.setattr(provenance, "PACKAGE", checkout / "src/boldwise")
    expected = rules_that_reach(checkout, module, finished)
    edit(checkout / "src/boldwise" / module)

    found = jobs(finished.snakemake("--dry-run"))

    # Snakemake gives one reason per job: what it reads comes before its code.
    changed = {rule for rule, reason in found if re.search("Params|Code", reason)}
    follow = {rule for rule, reason in found if "updated by another job" in reason}
    assert changed <= expected <= changed | follow
    assert bool(expected) == bool(found) == (module != "settings/describe.py")


def test_a_module_that_is_only_touched_reruns_nothing(finished, checkout, edit):
    edit(checkout / "src/boldwise/linear/solve.py", "")

    assert "Nothing to be done" in finished.snakemake("--dry-run")


def test_an_option_reruns_only_what_reads_it(finished, jobs, tmp_path):
    text = Path(finished.config).read_text()
    config = tmp_path / "changed.yaml"
    config.write_text(text.replace("n_shuffles: 3", "n_shuffles: 4"))
    other = type(finished)(finished.checkout, finished.folder, config)

    found = jobs(other.snakemake("--dry-run"))

    changed = {rule for rule, reason in found if "Params" in reason}
    assert changed == {"shuffle_responses"}
    assert {rule for rule, _ in found} == {
        *("shuffle_responses", "draw_comparison", "write_report", "all")
    }


def test_one_more_encoder_leaves_the_others_alone(finished, jobs, tmp_path):
    text = Path(finished.config).read_text()
    config = tmp_path / "changed.yaml"
    more = "encoders:\n  both: {kind: ridge, features: [gabor, words]}"
    config.write_text(text.replace("encoders:", more, 1))
    other = type(finished)(finished.checkout, finished.folder, config)

    found = [rule for rule, _ in jobs(other.snakemake("--dry-run"))]

    assert found.count("fit_encoder") == found.count("score_encoder") == 2
    assert "extract_features" not in found
    assert "fit_decoder" not in found

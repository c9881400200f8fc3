"""The page on rerunning tells the truth: each edit of its tables, tried."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from boldwise import provenance
from boldwise.features.registry import EXTRACTORS
from boldwise.jobs.listing import Place, list_jobs
from boldwise.jobs.reasons import explain
from boldwise.provenance import modules_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rerunning.md").read_text()
OPTIONS = re.findall(r"^\| `(\w+\.[\w.-]+)` \| (\w+) \| (\w+) \| (.*) \|$", PAGE, re.M)
MODULES = re.findall(r"^\| `(\w+/\w+\.py)` \| (.*) \|$", PAGE, re.M)
SECTIONS = {"dataset", "responses", "splits", "feature_spaces", "encoders", "decoders"}
LAYERS = {"linear", "responses", "features", "evaluation", "encoders", "decoders"}


def rules_in(cell):
    """Read the rules that a cell of the tables names."""
    return set(re.findall(r"`(\w+)`", cell))


def test_every_section_and_every_layer_stands_in_the_tables():
    assert SECTIONS | {"evaluation"} <= {name.partition(".")[0] for name, *_ in OPTIONS}
    assert LAYERS | {"io", "reporting"} <= {one.partition("/")[0] for one, _ in MODULES}


@pytest.mark.parametrize(("module", "cell"), MODULES)
def test_a_module_reruns_the_rules_that_the_page_names(module, cell):
    file = provenance.PACKAGE / module
    scripts = (ROOT / "workflow/scripts").glob("*.py")
    found = {script.stem for script in scripts if file in modules_of(script)}
    for name in EXTRACTORS.values():
        parts = name.partition(":")[0].split(".")[1:]
        source = provenance.PACKAGE.joinpath(*parts).with_suffix(".py")
        found |= {"extract_features"} if file in modules_of(source) else set()

    assert file.is_file()
    assert found == rules_in(cell)


def edited(text, name, before, after):
    """Change one option of a config."""
    config = yaml.safe_load(text)
    *above, last = name.split(".")
    place = config
    for key in above:
        place = place[key]
    assert str(place[last]) == before
    place[last] = int(after) if after.isdigit() else after
    return yaml.safe_dump(config, sort_keys=False)


@pytest.fixture(scope="module")
def reruns(finished, tmp_path_factory):
    """Plan the finished study with each option changed, a few at once."""
    folder, text = tmp_path_factory.mktemp("edited"), Path(finished.config).read_text()

    def plan(row):
        name, before, after, _ = row
        config = folder / f"{name}.yaml"
        config.write_text(edited(text, name, before, after))
        snakefile = finished.checkout / "Snakefile"
        jobs = list_jobs(Place(snakefile, config, finished.folder))
        return name, {job.rule for job in jobs if explain(job.reason)[0] == "option"}

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setenv("PYTHONPATH", str(finished.checkout / "src"))
        return dict(pool.map(plan, OPTIONS))


@pytest.mark.workflow
@pytest.mark.parametrize(("name", "cell"), [(one[0], one[3]) for one in OPTIONS])
def test_an_option_reruns_the_rules_that_the_page_names(name, cell, reruns):
    found = reruns[name] - {"write_report"}

    assert found == rules_in(cell)

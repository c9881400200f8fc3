"""Every result is there, says what it is, and comes out the same however it is made."""

import os
import signal
import subprocess
import sys
import time

import pytest

from boldwise.io.catalogue import find_field, read_catalogue
from boldwise.io.stores import PROVENANCE, open_store
from boldwise.settings.files import read_config

pytestmark = pytest.mark.workflow


def test_a_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in finished.snakemake()


def test_nothing_but_whole_files_is_left(finished):
    hidden = [path.name for path in finished.results.rglob(".*")]

    assert hidden == []
    assert all(path.stat().st_size for path in finished.results.rglob("*.h5"))


def test_a_killed_run_is_resumed_to_the_same_bytes_on_one_core(finished, tmp_path):
    run = type(finished)(finished.checkout, tmp_path, finished.config)
    words = ["--directory", tmp_path, "--configfile", run.config, "--cores", "1"]
    command = [sys.executable, "-m", "snakemake", "-s", run.checkout / "Snakefile"]
    killed = subprocess.Popen(
        [*command, *words],
        cwd=run.checkout,
        env=run.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(run.results / "responses/sub-01.h5", killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    run.snakemake("--unlock", cores=1)
    run.snakemake(cores=1)

    assert run.hashes() == finished.hashes()


def wait_for(path, process, *, seconds=240):
    """Wait until a file is there while a process runs."""
    until = time.monotonic() + seconds
    while not path.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    assert path.exists()


def test_a_plain_run_asks_for_every_result(finished):
    text = finished.snakemake("--dry-run", "--forcerun", "all")

    listed = text.partition("rule all:")[2].partition("input: ")[2].partition("\n")[0]
    asked = {name.removeprefix("results/tiny/") for name in listed.split(", ")}

    assert set(finished.hashes()) - asked == set()


def test_deleted_results_come_back_with_the_same_bytes(study):
    before = study.hashes()
    for name in (
        "encoders/shared/words/sub-01.h5",
        "identification/shared/clip-text/sub-02.h5",
        "figures/shared/comparison.svg",
        "scores/shared/scores.tsv",
    ):
        (study.results / name).unlink()

    study.snakemake()

    assert study.hashes() == before


def test_every_field_of_every_store_is_in_the_catalogue(finished):
    schemas, unknown = set(), set()
    for path in finished.results.rglob("*.h5"):
        with open_store(path, schema=None) as store:
            schema = store.attributes["schema"].partition("/")[0]
            schemas.add(schema)
            unknown |= {
                (schema, name) for name in store.names if not find_field(schema, name)
            }
    assert unknown == set()
    elsewhere = {"model", "encoder_part", "training", "category_check"}
    elsewhere |= {"adaptation", "learning_curve"}
    assert schemas == set(read_catalogue()) - elsewhere


def test_axes_of_the_catalogue_count_those_of_the_store(finished):
    wrong = set()
    for path in finished.results.rglob("*.h5"):
        with open_store(path, schema=None) as store:
            schema = store.attributes["schema"].partition("/")[0]
            for dataset in store.datasets:
                field = find_field(schema, dataset.name)
                if len(dataset.shape) != len(field.axes.split(", ")):
                    wrong.add((schema, dataset.name, dataset.shape, field.axes))
    assert wrong == set()


def test_every_store_tells_what_made_it(finished):
    for path in finished.results.rglob("*.h5"):
        with open_store(path, schema=None) as store:
            assert set(PROVENANCE) - {"seed"} <= set(store.attributes), path
            made = store.attributes["inputs"]
        assert all(name.startswith("results/tiny/") for name in made)


def test_all_that_was_fitted_or_scored_names_its_split(finished):
    with open_store(finished.results / "splits/shared.h5", schema="split") as store:
        expected = store.attributes["hash"]
    for part in ("encoders", "scores", "decoders", "identification", "ceilings"):
        paths = sorted((finished.results / part).rglob("*.h5"))
        assert paths
        for path in paths:
            with open_store(path, schema=None) as store:
                assert store.attributes["split_hash"] == expected, path


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("scores/shared/scores.tsv", "subject roi model metric value low high n"),
        ("scores/shared/comparisons.tsv", "roi model_a model_b difference low high"),
        ("identification/shared/identification.tsv", "subject decoder metric value"),
    ],
)
def test_tables_lie_beside_the_stores(finished, table, columns):
    header = (finished.results / table).read_text().partition("\n")[0].split("\t")

    assert header[: len(columns.split())] == columns.split()


def test_the_summary_of_the_demo_ends_with_the_report(finished):
    command = [sys.executable, "-m", "boldwise", "summary", "--configfile"]
    done = subprocess.run(
        [*command, finished.config],
        cwd=finished.folder,
        env=finished.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()

    assert lines[-1] == f"report: {finished.results}/report.html"
    assert read_config(finished.config).dataset.name in lines[0]
    assert 5 <= len(lines) <= 12


def test_every_store_can_be_shown(finished):
    paths = sorted(finished.results.rglob("*.h5"))
    command = [sys.executable, "-m", "boldwise", "show", *map(str, paths)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert all(str(path) in done.stdout for path in paths)


def test_the_report_of_snakemake_shows_the_same_figures(finished):
    target = finished.folder / "snakemake-report.html"

    finished.snakemake("--report", target)

    text = target.read_text()
    for path in (finished.results / "figures").rglob("*"):
        assert path.is_dir() or path.name in text
    assert "Noise ceilings" in text

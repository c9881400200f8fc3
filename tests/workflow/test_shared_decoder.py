"""Decoders that subjects share, and subjects who are new to them, up to the report."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from boldwise.io.catalogue import find_field
from boldwise.io.stores import open_store

pytestmark = pytest.mark.workflow

CONFIG = Path(__file__).parents[2] / "tests/config/shared_decoder.yaml"
SUBJECTS = ("01", "02", "03")
STORE = "decoders/shared/shared/sub-01.h5"
MODEL = "decoder_training/shared/shared/shared.h5"


@pytest.fixture(scope="module")
def run(start, tmp_path_factory):
    """Run the study to its end."""
    run = start(tmp_path_factory.mktemp("shared"), CONFIG)
    run.snakemake()
    return run


@pytest.fixture(scope="module")
def results(run):
    """Folder of the results."""
    return run.folder / "results/shared"


def rows_of(path):
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def arrays_of(path, schema):
    with open_store(path, schema=schema) as store:
        return {name: np.asarray(store[name][()]) for name in store.names}


def test_each_decoder_is_scored_in_each_subject_beside_its_controls(results):
    rows = rows_of(results / "identification/shared/identification.tsv")
    found = {(row["decoder"], row["subject"], row["metric"]) for row in rows}

    for decoder in ("shared", "by-regions"):
        for subject in (*SUBJECTS, "all"):
            for metric in ("top1", "two_way", "two_way_noise_input"):
                assert (decoder, subject, metric) in found


def test_all_targets_are_told(results):
    arrays = arrays_of(results / "decoders/shared/by-regions/sub-02.h5", "decoder")

    assert arrays["prediction"].shape == arrays["target"].shape
    assert arrays["told/net-layer3"].shape[:2] == (12, 4)
    assert arrays["told/picture"].shape == (12, 3, 8, 8)


def test_nobody_trained_on_what_is_tested(results):
    split = arrays_of(results / "splits/shared.h5", "split")
    tested = set(split["stimulus_id"][split["part"][0] == 2])

    for subject in SUBJECTS:
        arrays = arrays_of(
            results / f"decoders/shared/shared/sub-{subject}.h5", "decoder"
        )
        assert set(arrays["stimulus_id"]) == tested
    assert split["part"].shape[0] == 1


def test_every_field_is_explained(results):
    for schema, pattern in (
        ("decoder", "decoders/shared/*/*.h5"),
        ("training", "decoder_training/shared/*/*.h5"),
        ("adaptation", "adaptation/shared/*/*.h5"),
    ):
        paths = sorted(results.glob(pattern))
        assert paths
        for path in paths:
            with open_store(path, schema=schema) as store:
                assert [n for n in store.names if find_field(schema, n) is None] == []
    assert list(results.rglob("*.checkpoints")) == []


def test_each_subject_was_new_once(results):
    rows = rows_of(results / "adaptation/shared/adaptation.tsv")

    assert {row["subject"] for row in rows} == {"all", *SUBJECTS}
    modes = {"scratch", "linear", "linear_then_all", "low_rank", "raw_transfer"}
    assert {row["mode"] for row in rows} == modes
    for subject in SUBJECTS:
        path = results / f"adaptation/shared/shared/sub-{subject}.h5"
        known = set(arrays_of(path, "adaptation")["known"])
        assert known == set(SUBJECTS) - {subject}


def test_the_report_tells_of_both(results):
    page = (results / "report.html").read_text(encoding="utf-8")

    for words in (
        "Decoders that subjects share",
        "Subjects that are new to a decoder",
        "new map, all else as the others taught",
        "raw transfer",
    ):
        assert words in page
    for name in ("adaptation_curves.svg", "decoder_training.svg"):
        assert (results / "figures/shared" / name).stat().st_size


def test_the_order_of_subjects_changes_nothing(run, results, tmp_path):
    text = CONFIG.read_text().replace('["01", "02", "03"]', '["03", "01", "02"]')
    config = tmp_path / "turned.yaml"
    config.write_text(text)
    turned = type(run)(run.checkout, run.copy(tmp_path / "turned").folder, config)
    adapted = "adaptation/shared/shared/sub-02.h5"
    own = turned.folder / "results/shared"
    shutil.rmtree(own / "decoders")
    (own / adapted).unlink()

    wanted = [f"results/shared/{name}" for name in (STORE, adapted)]
    # The simulation deals its scenes in the order of subjects: keep what was shown.
    turned.snakemake(*wanted, "--rerun-triggers", "mtime")

    for name, schema in ((STORE, "decoder"), (adapted, "adaptation")):
        mine, theirs = arrays_of(results / name, schema), arrays_of(own / name, schema)
        assert mine.keys() == theirs.keys()
        for key, values in mine.items():
            assert np.array_equal(values, theirs[key]), key
    shutil.rmtree(tmp_path)


def test_a_training_that_was_killed_goes_on_to_the_same_bytes(run, tmp_path):
    text = CONFIG.read_text().replace("n_epochs: 3", "n_epochs: 40, checkpoint_s: 0", 1)
    config = tmp_path / "long.yaml"
    config.write_text(text)
    whole, broken = (
        type(run)(run.checkout, run.copy(tmp_path / name).folder, config)
        for name in ("whole", "broken")
    )
    target = f"results/shared/{STORE}"
    whole.snakemake(target)

    folder = broken.folder / f"results/shared/{MODEL}.checkpoints"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "snakemake", "--cores", "1"),
            *("-s", run.checkout / "Snakefile", "--directory", broken.folder),
            *(target, "--configfile", config),
        ],
        cwd=run.checkout,
        env=run.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(folder, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = list(folder.glob("*.safetensors"))
    broken.snakemake("--unlock")
    broken.snakemake(target)

    assert kept
    assert not folder.exists()
    for name in (STORE, MODEL):
        mine, theirs = (
            (one.folder / "results/shared" / name).read_bytes()
            for one in (whole, broken)
        )
        assert mine == theirs
    shutil.rmtree(tmp_path)


def wait_for(folder, process, *, seconds=240):
    """Wait until a checkpoint lies in a folder while a process runs."""
    until = time.monotonic() + seconds
    while not list(folder.glob("*.safetensors")) and time.monotonic() < until:
        assert process.poll() is None
        time.sleep(0.02)

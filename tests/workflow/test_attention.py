"""Every kind of trained encoder, from one line to the report, beside ridge."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from boldwise.io.catalogue import find_field
from boldwise.io.stores import open_store

pytestmark = pytest.mark.workflow

CONFIG = Path(__file__).parents[2] / "tests/config/attention.yaml"
ALONE, TOGETHER = ("queries", "places", "examples"), ("universal", "own")
RIDGES = ("flat", "queries-ridge", "examples-ridge")
STORE = "encoders/shared/queries/sub-01.h5"
MODEL = "training/shared/queries/sub-01.h5"


@pytest.fixture(scope="module")
def run(start, tmp_path_factory):
    """Run the study to its end."""
    run = start(tmp_path_factory.mktemp("attention"), CONFIG)
    run.snakemake()
    return run


@pytest.fixture(scope="module")
def results(run):
    """Folder of the results."""
    return run.folder / "results/attention"


def rows_of(path):
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_each_encoder_predicts_each_voxel_and_is_scored(results):
    models = {row["model"] for row in rows_of(results / "scores/shared/scores.tsv")}
    assert models == {*ALONE, *TOGETHER, *RIDGES}

    for name in (*ALONE, *TOGETHER):
        stores = [
            results / f"{stage}/shared/{name}/sub-02.h5"
            for stage in ("encoders", "scores")
        ]
        with (
            open_store(stores[0], schema="encoder") as encoder,
            open_store(stores[1], schema="scores") as scores,
        ):
            prediction = encoder["prediction"][()]
            assert prediction.shape == (12, len(scores["r"]))
        assert np.isfinite(prediction).all()


def test_nothing_is_left_of_checkpoints(results):
    assert list(results.rglob("*.checkpoints")) == []


def test_every_field_of_a_model_is_explained(results):
    stores = sorted(results.glob("training/shared/*/*.h5"))
    assert len(stores) == 2 * len(ALONE) + len(TOGETHER)

    for path in stores:
        with open_store(path, schema="training") as store:
            lost = [n for n in store.names if find_field("training", n) is None]
        assert lost == []


def test_shuffles_are_drawn_for_who_asks(results):
    drawn = {path.parent.name for path in results.glob("shuffled/shared/*/*.h5")}

    assert drawn == {"queries", "places", "universal", *RIDGES}
    with open_store(
        results / "shuffled/shared/universal/sub-02.h5", schema="shuffled"
    ) as store:
        assert store["roi/all"].shape == (1,)


def test_sizes_stand_beside_those_of_ridge(results):
    rows = rows_of(results / "training/shared/training.tsv")
    pairs = {(row["encoder"], row["ridge"]) for row in rows}

    assert {("queries", "flat"), ("queries", "queries-ridge")} <= pairs
    assert ("examples", "examples-ridge") in pairs
    assert ("own", "n/a") in pairs
    assert {row["subject"] for row in rows if row["encoder"] in TOGETHER} == {"all"}


def test_new_subjects_and_fewer_images_are_scored_beside_ridge(results):
    for curve, encoder, models in (
        ("new_subjects", "universal", {"universal", "flat", "queries-ridge"}),
        ("new_subjects", "examples", {"examples", "examples-ridge"}),
        ("training_sizes", "queries", {"queries", "flat", "queries-ridge"}),
    ):
        path = results / f"{curve}/shared/{encoder}/sub-02.h5"
        with open_store(path, schema="learning_curve") as store:
            n_images = store["n_images"][()].tolist()
            assert set(store.group("r")) == models
            assert store[f"r/{encoder}"].shape[0] == len(n_images) == 2
            lost = [n for n in store.names if find_field("learning_curve", n) is None]
        assert n_images[1] == 36  # all that there are
        assert [name for name in lost if not name.startswith("voxel/")] == []
    rows = rows_of(results / "learning_curves/shared/curves.tsv")
    assert {row["subject"] for row in rows} == {"01", "02"}
    assert {row["roi"] for row in rows} >= {"all", "category"}


def test_voxels_of_all_subjects_fall_into_shared_parcels(results):
    rows = rows_of(results / "parcels/shared/universal.tsv")
    counted = {}
    for row in rows:
        own = counted.setdefault(row["subject"], {})
        own[int(row["parcel"])] = int(row["n_voxels"])

    for subject, own in counted.items():
        path = results / f"maps/shared/universal/sub-{subject}_parcel.nii.gz"
        values = nib.load(path).get_fdata()
        found = values[np.isfinite(values)]
        assert {n: int((found == n).sum()) for n in own} == own
        assert sum(own.values()) == len(found)


def test_the_report_compares_and_shows(results):
    page = (results / "report.html").read_text(encoding="utf-8")

    for words in (
        "Trained encoders beside ridge",
        "Trained encoders against ridge on the same features",
        "Sizes, and how long was trained",
        "no null distribution",
        "Not trained on shuffled responses: ",
        "a learned query for each region and hemisphere",
        "Scores by number of training images",
    ):
        assert words in page
    for name in (
        *("training_curves.svg", "beside_ridge.png"),
        *("learning_curves.svg", "parcels.png"),
    ):
        assert (results / "figures/shared" / name).stat().st_size
    for name in ("attention_maps.png", "receptive_fields.svg"):
        assert (results / f"figures/shared/sub-01_{name}").stat().st_size


def test_a_training_that_was_killed_goes_on_to_the_same_bytes(run, tmp_path):
    text = CONFIG.read_text().replace("n_epochs: 3", "n_epochs: 60, checkpoint_s: 0", 1)
    config = tmp_path / "long.yaml"
    config.write_text(text)
    whole, broken = (
        type(run)(run.checkout, run.copy(tmp_path / name).folder, config)
        for name in ("whole", "broken")
    )
    target = f"results/attention/{STORE}"
    whole.snakemake(target)

    folder = broken.folder / f"{target}.checkpoints"
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
            (one.folder / "results/attention" / name).read_bytes()
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

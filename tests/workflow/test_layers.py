"""Two layers of one network and all controls, from one line each to the report."""

import csv
from pathlib import Path

import numpy as np
import pytest

from boldwise.io.records import read_fitted_features, read_split
from boldwise.io.stores import open_store

pytestmark = pytest.mark.workflow

CONFIG = Path(__file__).parents[2] / "tests/config/layers.yaml"
CONTROLS = ["untrained", "pixels", "shuffled"]


@pytest.fixture(scope="module")
def results(start, tmp_path_factory):
    """Run the study to its end."""
    run = start(tmp_path_factory.mktemp("layers"), CONFIG)
    run.snakemake()
    return run.folder / "results/layers"


def test_layers_lie_in_one_store_and_nothing_is_copied(results):
    with open_store(results / "features/net.h5", schema="features") as store:
        names = store.names
    assert [name for name in names if name.startswith("layer/")] == [
        "layer/layer3/token",
        "layer/layer4/token",
    ]
    assert not list(results.glob("features/net-layer*.h5"))
    assert {path.stem for path in results.glob("features/*.h5")} == {
        *("net", "net-untrained", "net-pixels")
    }


def test_each_layer_is_reduced_in_its_own_way(results):
    spaces = {
        name: read_fitted_features(results / f"features/shared/{name}.h5")
        for name in ("net-layer3", "net-layer4", "flat")
    }
    with open_store(results / "features/net.h5", schema="features") as store:
        token = store["layer/layer4/token"][()].astype(np.float32)

    n = len(token)
    assert spaces["net-layer3"].feature.shape == (1, n, 6)
    assert spaces["net-layer3"].notes["layer"] == "layer3"
    assert spaces["net-layer4"].notes["pool"] == "mean of 4 tokens"
    assert spaces["flat"].feature.shape[2] < token[0].size
    assert spaces["flat"].notes["projection"].startswith(f"from {token[0].size:,} col")


def test_shuffled_features_are_those_of_other_stimuli_of_the_same_part(results):
    split = read_split(results / "splits/shared.h5")
    true, shuffled = (
        read_fitted_features(results / f"features/shared/net-layer3{end}.h5").fold(0)
        for end in ("", "-shuffled")
    )

    for ids in (split.train_ids(0), split.test_ids(0)):
        own, other = true.rows(ids), shuffled.rows(ids)
        assert not np.array_equal(own, other)
        order = [np.lexsort(rows.T) for rows in (own, other)]
        np.testing.assert_array_equal(own[order[0]], other[order[1]])


def test_every_control_is_scored_beside_its_encoder(results):
    with (results / "scores/shared/scores.tsv").open() as file:
        models = {row["model"] for row in csv.DictReader(file, delimiter="\t")}

    wanted = {"net", "flat"}
    wanted |= {f"{name}-{control}" for name in ("net", "flat") for control in CONTROLS}
    assert models == wanted


def test_the_report_marks_controls_and_tests_them(results):
    page = (results / "report.html").read_text(encoding="utf-8")

    for control in CONTROLS:
        assert f"net-{control} (control)" in page
    assert "Encoders against their controls" in page
    assert "encoders predict more than their controls" in page
    assert "of layer layer3 of the image tower" in page

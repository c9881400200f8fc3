"""Truth and results meet voxel by voxel, however each store orders them."""

from types import SimpleNamespace

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.io.records import voxel_datasets, write_responses, write_split
from boldwise.io.recovery import (
    find_voxels,
    read_recovered,
    write_findings,
    write_recovered,
)
from boldwise.io.stores import open_store, write_store
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.simulate.recovery import Finding

IDS = np.array([f"s{i}" for i in range(6)])
SHAPE = (3, 3, 3)
PLACES = np.array([[0, 0, 1], [1, 2, 0], [2, 1, 1], [2, 2, 2]])


def voxels(order):
    return Voxels(PLACES[order], SHAPE, np.eye(4))


@pytest.fixture
def inputs(tmp_path):
    """Write stores whose voxels stand in three different orders, one left out."""
    rng = np.random.default_rng(0)
    amplitude = rng.standard_normal((6, 4)).astype(np.float32)
    amplitude[:, 3] = 0
    part = np.array([[TEST] * 4 + [TRAIN] * 2], np.int8)
    split = Split("main", IDS, part, np.full((1, 6), -1), np.array(["all"]), "by hand")
    write_split(tmp_path / "split.h5", split, provenance={})
    write_store(
        tmp_path / "truth/sub-01.h5",
        {
            "stimulus_id": IDS[::-1],
            "amplitude": amplitude[::-1],
            "population": np.array(["category", "semantic", "category", "noise"]),
            **voxel_datasets(voxels([0, 1, 2, 3])),
        },
        schema="truth",
    )
    shown = np.concatenate([np.arange(6), np.arange(4)])
    noise = np.zeros((10, 4))
    noise[:4], noise[6:] = 0.5, -0.5  # cancels in the mean of the two repeats
    blank = np.full(10, "1")
    trials = Trials(IDS[shown], blank, blank, np.arange(10.0), np.arange(10) // 6)
    response = (amplitude[shown] + noise)[:, [3, 1, 0]]
    write_responses(
        tmp_path / "responses/sub-01.h5",
        Responses(response.astype(np.float32), trials, voxels([3, 1, 0])),
        provenance={},
    )
    about = voxel_datasets(voxels([1, 0, 3]))
    write_store(
        tmp_path / "ceilings/sub-01.h5",
        {"noise_ceiling": np.array([0.1, 0.0, 0.3]), **about},
        schema="noise_ceiling",
    )
    metrics = {name: np.array([1.0, 0.0, 3.0]) for name in ("r", "p", "q")}
    metrics["normalised_r"] = np.array([1.0, np.nan, 3.0])
    write_store(
        tmp_path / "scores/gabor/sub-01.h5", {**metrics, **about}, schema="scores"
    )
    return SimpleNamespace(
        split=tmp_path / "split.h5",
        truth=[tmp_path / "truth/sub-01.h5"],
        responses=[tmp_path / "responses/sub-01.h5"],
        ceilings=[tmp_path / "ceilings/sub-01.h5"],
        scores=[tmp_path / "scores/gabor/sub-01.h5"],
    )


def test_voxels_are_joined_by_place_and_stimuli_by_id(inputs):
    one = read_recovered(inputs, ["01"])["01"]

    assert one.population.tolist() == ["noise", "semantic", "category"]
    np.testing.assert_allclose(one.true_ceiling, [0, 1, 1], atol=1e-6)
    assert one.noise_ceiling.tolist() == [0.3, 0.1, 0.0]
    assert one.scores["gabor"]["r"].tolist() == [3, 1, 0]


def test_an_unknown_voxel_is_refused():
    with pytest.raises(DataError, match=r"1 .*known voxel.*'2-2-2'"):
        find_voxels(voxels([0, 1]), voxels([1, 3]))


def test_voxels_find_themselves_in_any_order():
    found = find_voxels(voxels([0, 1, 2, 3]), voxels([2, 0]))

    assert found.tolist() == [2, 0]


def test_recovered_ceilings_are_stored_by_subject(inputs, tmp_path):
    recovered = read_recovered(inputs, ["01"])

    write_recovered(tmp_path / "recovery.h5", recovered, provenance={})

    with open_store(tmp_path / "recovery.h5", schema="recovery") as store:
        assert store["sub-01/population"].tolist()[0] == "noise"
        np.testing.assert_array_equal(
            store["sub-01/noise_ceiling"][()], recovered["01"].noise_ceiling
        )
        assert store["sub-01/true_ceiling"].shape == (3,)


def test_findings_are_a_table_with_one_row_each(tmp_path):
    found = [
        Finding("median r", "noise", "gabor", 500, 0.01, "0 ± 0.02", "yes"),
        Finding("median normalised r", "confound", "gabor", 0, np.nan),
    ]

    write_findings(tmp_path / "recovery.tsv", found)

    assert (tmp_path / "recovery.tsv").read_text(encoding="utf-8").splitlines() == [
        "quantity\tpopulation\tencoder\tn_voxels\testimate\ttruth_or_bar\tholds",
        "median r\tnoise\tgabor\t500\t0.01\t0 ± 0.02\tyes",
        "median normalised r\tconfound\tgabor\t0\tn/a\t\t",
    ]

"""Scores by number of images: told by voxel in stores, by region in one table."""

from pathlib import Path

import numpy as np
import pytest

from boldwise.encoders.curve_records import Curve
from boldwise.errors import LeakageError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.io.learning_curves import (
    COLUMNS,
    read_ridges,
    tabulate_curves,
    write_curves,
)
from boldwise.io.records import write_fitted_features
from boldwise.io.stores import open_store, write_store
from boldwise.linear.plan import penalty_grid
from boldwise.responses.records import Voxels

IDS = np.array(["a", "b"])
SPLIT = Split(
    "main",
    IDS,
    np.array([[TRAIN, TEST]]),
    np.array([[0, -1]]),
    np.array(["all"]),
    "rule",
)
R = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, np.nan]])
CEILING = np.array([0.25, 0.04, 0.81])


def written(folder, *, ceiling=CEILING, split=SPLIT):
    voxels = Voxels(
        np.stack([np.arange(3)] * 3, 1),
        (3, 3, 3),
        np.eye(4),
        {"V1": np.array([True, True, False])},
    )
    path = folder / "new_subjects/main/universal/sub-02.h5"
    own = folder / "ceilings/sub-02.h5"
    write_store(
        own,
        {"noise_ceiling": ceiling},
        schema="noise_ceiling",
        attributes={"split_hash": split.hash},
    )
    curve = Curve(np.array([50, 100]), {"universal": R, "plain": R - 0.1})
    write_curves(
        [path],
        {"02": (curve, voxels)},
        [own],
        about={"min_ceiling": 0.1},
        split=split,
        provenance={},
    )
    return path


def test_scores_by_voxel_are_kept_with_their_ceiling(tmp_path):
    with open_store(written(tmp_path), schema="learning_curve") as store:
        assert store["n_images"][()].tolist() == [50, 100]
        np.testing.assert_allclose(store["r/universal"][()], R, rtol=1e-6)
        normal = store["normalised_r/plain"][()]
        assert store.attributes["min_ceiling"] == 0.1

    assert np.isnan(normal[:, 1]).all()  # its ceiling is too low
    np.testing.assert_allclose(normal[:, 0], (R[:, 0] - 0.1) / 0.5, rtol=1e-5)


def test_the_table_holds_medians_of_each_region(tmp_path):
    rows = list(tabulate_curves([written(tmp_path)], SPLIT))

    assert len(rows) == 2 * 2 * 2  # models, regions, numbers
    assert all(set(row) == set(COLUMNS) for row in rows)
    one = next(
        row
        for row in rows
        if (row["model"], row["roi"], row["n_images"]) == ("universal", "V1", 100)
    )
    assert (one["curve"], one["encoder"], one["subject"]) == (
        *("new_subjects", "universal", "02"),
    )
    assert one["r"] == pytest.approx(0.45)
    assert one["normalised_r"] == pytest.approx(0.8)
    assert one["n_voxels"] == 1


def test_without_a_ceiling_plain_scores_are_counted(tmp_path):
    path = written(tmp_path, ceiling=np.full(3, np.nan))

    rows = list(tabulate_curves([path], SPLIT))

    whole = [row for row in rows if row["roi"] == "all" and row["model"] == "universal"]
    assert [row["n_voxels"] for row in whole] == [3, 2]
    assert np.isnan([row["normalised_r"] for row in whole]).all()


def test_curves_of_another_split_are_refused(tmp_path):
    other = Split(
        "main", IDS, SPLIT.part[:, ::-1], SPLIT.cv_fold[:, ::-1], SPLIT.fold_name, "-"
    )

    with pytest.raises(LeakageError):
        list(tabulate_curves([written(tmp_path)], other))


def test_ridges_come_with_their_features_and_penalties(tmp_path):
    paths = []
    for name, width in (("words", 2), ("net", 3)):
        paths.append(tmp_path / f"{name}.h5")
        feature = np.ones((1, 2, width), np.float32)
        write_fitted_features(paths[-1], FittedFeatures(IDS, feature), provenance={})
    penalties = {"low": 0.1, "high": 10.0, "n": 3}
    asked = {"both": {"features": ["net", "words"], "penalties": penalties}}

    ridges = read_ridges(paths, asked)

    widths = [space.feature.shape[2] for space in ridges["both"].spaces]
    assert widths == [3, 2]
    np.testing.assert_array_equal(ridges["both"].alphas, penalty_grid(**penalties))
    assert Path(paths[0]).is_file()

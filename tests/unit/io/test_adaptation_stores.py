"""Adaptations come back as they were, folds averaged, under their own split only."""

import numpy as np
import pytest

from boldwise.decoders.left_out import LeftOut
from boldwise.errors import LeakageError, StoreError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.io.adaptation_stores import read_adaptations, write_adaptation
from boldwise.io.catalogue import find_field
from boldwise.io.stores import open_store
from boldwise.training.history import History

IDS = np.array(["a", "b", "c"])
SPLIT = Split(
    "main",
    IDS,
    np.array([[TRAIN, TRAIN, TEST]]),
    np.array([[0, 1, -1]]),
    np.array(["x"]),
    "-",
)
ABOUT = {"about": {"split_hash": SPLIT.hash}, "provenance": {}}


def left_out(seed, *, modes=("scratch", "linear")):
    rng = np.random.default_rng(seed)
    return LeftOut(
        modes=list(modes),
        budgets=np.array([5.0, 10.0, 20.0]),
        unit="minutes",
        known=["x", "y"],
        n_trials=np.array([[4, 9, 18], [6, 9, 20]]),
        n_pool=np.array([10, 20]),
        scores={n: rng.uniform(size=(2, 2, 3)) for n in ("top1", "two_way")},
        transfer={n: rng.uniform(size=(2, 2)) for n in ("top1", "two_way")},
        histories=[History(loss={"loss": [2.0, 1.0]}, learning_rate=[0.1, 0.1])] * 2,
    )


@pytest.fixture
def paths(tmp_path):
    found = [tmp_path / f"shared/sub-{name}.h5" for name in ("02", "01")]
    found[0].parent.mkdir()
    for seed, path in enumerate(found):
        write_adaptation(path, left_out(seed), **ABOUT)
    return found


def test_folds_are_averaged_and_subjects_sorted(paths):
    found = read_adaptations(paths, SPLIT)["shared"]

    assert found.curve.subjects == ["01", "02"]
    assert found.curve.unit == "minutes"
    assert found.curve.n_trials.tolist() == [[5, 5], [9, 9], [19, 19]]
    assert found.n_pool.tolist() == [15, 15]
    for name in ("top1", "two_way"):
        wanted = left_out(1).scores[name].mean(0)  # sub-01 was written second
        np.testing.assert_allclose(found.curve.scores[name][:, :, 0], wanted)
        np.testing.assert_allclose(
            found.transfer[name], [left_out(i).transfer[name].mean() for i in (1, 0)]
        )


def test_every_field_is_in_the_catalogue(paths):
    with open_store(paths[0], schema="adaptation") as store:
        assert [n for n in store.names if find_field("adaptation", n) is None] == []


def test_another_split_is_refused(paths):
    other = Split(
        "other",
        IDS,
        np.array([[TRAIN, TEST, TRAIN]]),
        np.array([[0, -1, 1]]),
        np.array(["x"]),
        "-",
    )

    with pytest.raises(LeakageError, match="made under a split with hash"):
        read_adaptations(paths, other)


def test_other_modes_are_not_averaged(paths):
    write_adaptation(paths[0], left_out(0, modes=("scratch", "low_rank")), **ABOUT)

    with pytest.raises(StoreError, match="made with other modes or budgets than"):
        read_adaptations(paths, SPLIT)

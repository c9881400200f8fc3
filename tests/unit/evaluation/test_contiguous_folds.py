"""Mirrors src/boldwise/evaluation/contiguous_folds.py."""

import numpy as np
import pytest

from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.contiguous_folds import cut_contiguous, far_from
from boldwise.evaluation.leakage import audit_split, check_split, needed_gap_s
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.splits import TEST, TRAIN, UNUSED
from boldwise.features.records import Stimuli
from boldwise.responses.records import Trials

TR_S = 2.0


def volumes(*lengths, kept=None):
    """Make the trial table of runs of these lengths."""
    ids = [f"run-{r}_volume-{k:04d}" for r, n in enumerate(lengths) for k in range(n)]
    run = np.repeat([str(r) for r in range(len(lengths))], lengths)
    onset_s = np.concatenate([TR_S * np.arange(n) + 1 for n in lengths])
    table = Trials(
        np.array(ids), np.full(len(ids), "1"), run, onset_s, np.zeros(len(ids), int)
    )
    return table if kept is None else table.take(kept)


def cut(seen, **options):
    """Cut with defaults."""
    chosen = {"n_folds": 5, "n_cv_folds": 4, "gap_s": None, "needed_gap_s": 33.0}
    return cut_contiguous(seen, name="s", options={**chosen, **options})


def test_every_volume_is_tested_once_with_its_neighbours():
    split = cut({"a": volumes(100, 50)})

    tested = split.part == TEST
    assert (tested.sum(axis=0) == 1).all()
    for run in (slice(0, 100), slice(100, 150)):
        assert (
            np.abs(np.diff(tested[:, run].astype(int), axis=1)).sum(axis=1) <= 2
        ).all()
    assert tested.sum(axis=1).tolist() == [30] * 5


def test_the_gap_passes_the_audit_and_one_volume_less_does_not():
    seen = {"a": volumes(362)}
    gap_s = needed_gap_s("timeseries", longest_delay=4, tr_s=TR_S)
    stimuli = Stimuli(seen["a"].stimulus_id)

    check_split(cut(seen), seen, stimuli, share_runs=True, gap_s=gap_s)

    with pytest.raises(LeakageError, match=r"less than 33 s \(longest delay"):
        check_split(cut(seen, gap_s=31.0), seen, stimuli, share_runs=True, gap_s=gap_s)


def test_the_gap_is_unused_on_both_sides_and_no_wider():
    part = cut({"a": volumes(100)}).part[2]  # tests volumes 40 to 59

    assert (part[40:60] == TEST).all()
    assert (part[23:40] == UNUSED).all()
    assert part[22] == TRAIN
    assert (part[60:77] == UNUSED).all()
    assert part[77] == TRAIN


def test_no_training_features_reach_a_tested_volume_through_delays():
    split = cut({"a": volumes(200)}, needed_gap_s=8.0)

    for part in split.part:
        distance = np.abs(
            np.flatnonzero(part == TRAIN)[:, None] - np.flatnonzero(part == TEST)
        )
        assert distance.min() > 4  # delays up to 4 volumes


def test_inner_folds_are_stretches_of_the_training_part():
    split = cut({"a": volumes(100)})

    for part, inner in zip(split.part, split.cv_fold, strict=True):
        assert (inner[part != TRAIN] == -1).all()
        ordered = inner[part == TRAIN]
        assert (np.diff(ordered) >= 0).all()
        assert np.unique(ordered).tolist() == [0, 1, 2, 3]


def test_inner_folds_are_to_keep_the_same_gap():
    seen = {"a": volumes(200)}

    assert cut(seen).inner_gap_s == 33.0
    assert cut(seen, gap_s=8.0).inner_gap_s == 8.0


def test_an_inner_fold_without_anything_to_fit_is_told():
    with pytest.raises(DataError, match=r"inner fold 1 of 2 has 0 volumes to"):
        cut({"a": volumes(100)}, n_folds=2, n_cv_folds=2, needed_gap_s=66.0)


def test_scrubbed_volumes_move_no_border_of_time():
    kept = np.setdiff1d(np.arange(100), [22, 23, 24, 77])
    split = cut({"a": volumes(100, kept=kept), "b": volumes(100)})

    assert len(split.stimulus_id) == 100  # what anybody saw


def test_runs_do_not_count_as_neighbours():
    run, time_s = np.repeat(["a", "b"], 5), np.tile(np.arange(5.0), 2)

    far = far_from(run == "a", run, time_s, gap_s=100)

    assert far.tolist() == [False] * 5 + [True] * 5


def test_make_split_knows_the_kind():
    seen = {"a": volumes(100)}
    options = {"kind": "contiguous", "n_folds": 2, "n_cv_folds": 2, "gap_s": 4.0}

    split = make_split(seen, Stimuli(seen["a"].stimulus_id), name="s", options=options)

    assert split.fold_name.tolist() == ["stretch-1", "stretch-2"]
    assert "4 s on either side" in split.reason


def test_a_run_too_short_to_cut_is_told():
    with pytest.raises(DataError, match=r"run 1/0 has 9 volumes, too few for 5 folds"):
        cut({"a": volumes(9)})


def test_a_gap_that_leaves_nothing_is_told():
    with pytest.raises(
        DataError, match=r"fold 1 of 2 has nothing to train on: .* 500 s"
    ):
        cut({"a": volumes(40)}, n_folds=2, needed_gap_s=500.0)


def test_volumes_without_a_time_are_refused():
    table = volumes(40)
    table.onset_s[3] = np.nan

    with pytest.raises(DataError, match="1 of 40 volumes have no time"):
        cut({"a": table})


def test_too_few_training_volumes_for_the_inner_folds_are_told():
    with pytest.raises(DataError, match="7 training volumes are too few for 4 inner"):
        cut({"a": volumes(40)}, needed_gap_s=50.0)


def test_the_audit_tells_the_least_gap_where_runs_are_shared():
    seen = {"a": volumes(100)}

    audit = audit_split(cut(seen), seen, gap_s=33.0)

    assert (audit["gap_s"], audit["least_gap_s"]) == (33.0, 34.0)  # 17 volumes of 2 s
    assert "gap_s" not in audit_split(cut(seen), seen)

"""Each kind of split holds out what it says, for every subject alike."""

import numpy as np
import pytest

from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.make_splits import make_split
from boldwise.features.records import Stimuli

SHARED = [f"shared{k:02d}" for k in range(12)]


def unique_to(subject):
    return [f"own{subject}{k:02d}" for k in range(20)]


@pytest.fixture
def seen(make_trials):
    """Three subjects: 12 shared stimuli twice, 20 of their own once."""
    return {
        subject: make_trials(SHARED + unique_to(subject) + SHARED)
        for subject in ("01", "02", "03")
    }


def split_of(seen, *, group=None, category=None, **options):
    ids = np.unique(np.concatenate([trials.stimulus_id for trials in seen.values()]))
    stimuli = Stimuli(
        ids,
        group=None if group is None else np.array([group(name) for name in ids]),
        category=None if category is None else np.array([category(i) for i in ids]),
    )
    defaults = {"n_cv_folds": 4, "cv_by": "stimulus", "seed": 0}
    return make_split(seen, stimuli, name="main", options={**defaults, **options})


def test_shared_images_are_those_that_every_subject_saw(seen):
    split = split_of(seen, kind="shared_images")

    assert split.test_ids(0).tolist() == SHARED
    assert len(split.train_ids(0)) == 60
    assert split.reason == (
        "The 12 stimuli that all 3 subjects saw are held out for every subject; the "
        "other 60 train."
    )


def test_what_two_of_three_subjects_saw_still_trains(make_trials, seen):
    seen = {**seen, "03": make_trials([*SHARED[1:], *unique_to("03")])}

    split = split_of(seen, kind="shared_images")

    assert "shared00" in split.train_ids(0)


def test_a_single_subject_is_tested_on_what_was_repeated(seen):
    split = split_of({"01": seen["01"]}, kind="shared_images")

    assert split.test_ids(0).tolist() == SHARED
    assert "more than once" in split.reason


def test_shared_images_without_anything_apart_are_refused(make_trials):
    seen = {"01": make_trials(SHARED), "02": make_trials(SHARED)}

    with pytest.raises(DataError, match=r"0 of 12 stimuli.*Use k_fold"):
        split_of(seen, kind="shared_images")


def test_inner_folds_are_even_for_every_subject(seen):
    split = split_of(seen, kind="shared_images", n_cv_folds=5)

    for subject in seen:
        own = np.isin(split.train_ids(0), unique_to(subject))
        assert np.bincount(split.inner_folds(0)[own]).tolist() == [4] * 5


def test_inner_folds_cover_training_only(seen):
    split = split_of(seen, kind="shared_images")

    assert (split.cv_fold[split.part == 1] >= 0).all()
    assert (split.cv_fold[split.part == 2] == -1).all()


def test_inner_folds_keep_declared_groups_together(seen):
    split = split_of(
        seen, kind="shared_images", cv_by="group", group=lambda name: name[-2:]
    )

    pairs = {
        (name[-2:], int(fold))
        for name, fold in zip(split.train_ids(0), split.inner_folds(0), strict=True)
    }
    assert len(pairs) == 20


def test_one_run_at_a_time_is_held_out(make_trials):
    ids = [f"r{run}t{k}" for run in range(4) for k in range(5)]
    seen = {"01": make_trials(ids, run=[name[1] for name in ids])}

    split = split_of(seen, kind="leave_group_out", by="run", cv_by="run", n_cv_folds=3)

    assert split.fold_name.tolist() == ["run-0", "run-1", "run-2", "run-3"]
    for fold in range(4):
        assert {name[1] for name in split.test_ids(fold)} == {str(fold)}
        runs = [name[1] for name in split.train_ids(fold)]
        inner = split.inner_folds(fold)
        assert len(set(zip(runs, inner.tolist(), strict=True))) == 3


def test_a_stimulus_of_two_runs_cannot_be_left_out_with_one(make_trials):
    seen = {"01": make_trials(["a", "b", "a", "c"], run=["1", "1", "2", "2"])}

    with pytest.raises(
        LeakageError, match=r"1 stimuli were shown in more than one run"
    ):
        split_of(seen, kind="leave_group_out", by="run")


def test_leaving_out_the_only_session_leaves_nothing(seen):
    with pytest.raises(DataError, match=r"all stimuli lie in one \(session-1\)"):
        split_of(seen, kind="leave_group_out", by="session")


def test_leaving_out_groups_needs_groups(seen):
    with pytest.raises(DataError, match="declare no groups"):
        split_of(seen, kind="leave_group_out", by="group")


def test_leaving_out_a_category_leaves_out_all_that_carry_it(make_trials):
    ids = ["fh", "f1", "f2", "h1", "t1", "t2"]
    seen = {"01": make_trials(ids)}
    names = {"f": "face", "h": "house", "t": "tool"}

    split = split_of(
        seen,
        kind="leave_group_out",
        by="category",
        n_cv_folds=2,
        category=lambda name: ";".join(names[c] for c in name if c in names),
    )

    assert split.fold_name.tolist() == [
        "category-face",
        "category-house",
        "category-tool",
    ]
    assert split.test_ids(0).tolist() == ["f1", "f2", "fh"]
    assert split.test_ids(1).tolist() == ["fh", "h1"]


def test_folds_of_whole_groups_test_every_stimulus_once(seen):
    split = split_of(
        seen, kind="k_fold", by="group", n_folds=4, group=lambda name: name[-2:]
    )

    assert ((split.part == 2).sum(axis=0) == 1).all()
    for fold in range(4):
        train = {name[-2:] for name in split.train_ids(fold)}
        assert not train & {name[-2:] for name in split.test_ids(fold)}


def test_folds_join_runs_that_share_a_stimulus(make_trials):
    # Runs 1 and 2 share "a"; 3 and 4 are alone.
    ids = ["a", "b", "a", "c", "d", "e", "f", "g"]
    seen = {"01": make_trials(ids, run=list("11223344"))}

    split = split_of(seen, kind="k_fold", by="run", n_folds=3, n_cv_folds=2)

    tests = [set(split.test_ids(fold)) for fold in range(3)]
    assert {"a", "b", "c"} in tests


def test_listed_stimuli_are_held_out(seen):
    split = split_of(seen, kind="listed", test=["own0103", "shared00"])

    assert split.test_ids(0).tolist() == ["own0103", "shared00"]
    assert split.fold_name.tolist() == ["listed"]


def test_a_listed_stimulus_that_nobody_saw_stays_in_the_split_to_be_reported(seen):
    split = split_of(seen, kind="listed", test=["ghost", "shared00"])

    assert "ghost" in split.test_ids(0)


def test_equal_input_gives_an_equal_split(seen):
    options = {"kind": "k_fold", "by": "stimulus", "n_folds": 3}

    one, again, other = (split_of(seen, **options, seed=seed) for seed in (5, 5, 6))

    assert one.hash == again.hash
    assert one.hash != other.hash


def test_too_few_sets_for_the_inner_folds_name_the_option(make_trials):
    ids = [f"r{run}t{k}" for run in range(3) for k in range(4)]
    seen = {"01": make_trials(ids, run=[name[1] for name in ids])}

    with pytest.raises(
        DataError, match=r"5 folds were asked for.*only 2 sets"
    ) as caught:
        split_of(seen, kind="leave_group_out", by="run", cv_by="run", n_cv_folds=5)

    assert "cv_by is run, n_cv_folds is 5" in caught.value.__notes__[0]


def test_balanced_folds_hold_as_many_of_each_category(make_trials):
    ids = [f"{kind}{k:02d}" for kind in ("cat", "dog", "owl") for k in range(12)]
    seen = {"01": make_trials(ids)}
    options = {"kind": "k_fold", "by": "stimulus", "n_folds": 4}

    split = split_of(seen, category=lambda i: i[:3], balance="category", **options)

    for fold in range(4):
        kinds = [one[:3] for one in split.test_ids(fold).tolist()]
        assert [kinds.count(kind) for kind in ("cat", "dog", "owl")] == [3, 3, 3]
    assert "each category evenly" in split.reason


def test_balance_needs_categories(make_trials):
    with pytest.raises(DataError, match="category"):
        split_of(
            {"01": make_trials(SHARED)},
            kind="k_fold",
            by="stimulus",
            n_folds=3,
            balance="category",
        )


def test_a_share_of_the_shared_images_trains_so_that_subjects_can_be_aligned(seen):
    standard = split_of(seen, kind="shared_images")
    parted = split_of(seen, kind="shared_images", align_share=0.5, seed=0)

    shared, tested = set(standard.test_ids(0)), set(parted.test_ids(0))
    assert tested < shared
    assert abs(len(tested) / len(shared) - 0.5) < 0.26
    assert shared - tested <= set(parted.train_ids(0))
    assert "so that subjects can be aligned" in parted.reason

"""Pairs of subject and picture: what a batch holds, and what is judged."""

import numpy as np

from boldwise.encoders.image_study import ImageStudy, Viewer, ViewerBatches

N = 24
RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (N, 4, 5, 3), dtype=np.uint8)
PICTURES[:, 0, 0, 0] = np.arange(N)  # a picture tells its row
ROWS = {"01": np.array([5, 3, 5, 9, 0, 1]), "02": np.arange(2, 18)[::-1]}


def study_of(**options):
    viewers = {
        name: Viewer(rows[:, None] * [1.0, -2.0] + 7, rows, np.array([20, 22]))
        for name, rows in ROWS.items()
    }
    return ImageStudy(PICTURES, viewers, **options)


def draw(batches):
    return list(batches.training(0, batch_size=5, seed=3))


def pairs_of(batches, found):
    """Subject and picture of each row of some batches, checked by the responses."""
    pairs = []
    for batch in found:
        before = len(pairs)
        for name, place in batch.arrays["place"].items():
            told = batches.scales[name].undo(batch.arrays["responses"][name])
            row = np.asarray(batch.arrays["pictures"])[place, 0, 0, 0]
            wanted = row.astype(float)[:, None] * [1.0, -2.0] + 7
            np.testing.assert_allclose(told, wanted, atol=1e-4)
            pairs += [(name, int(one)) for one in row]
        assert len(pairs) - before == batch.n_rows
    return sorted(pairs)


def test_training_and_validation_share_no_picture_and_leave_none_out():
    batches = ViewerBatches(study_of(), validation_share=0.3)
    trained = pairs_of(batches, draw(batches))
    judged = pairs_of(batches, batches.validation(batch_size=4, seed=0))

    every = sorted((name, int(r)) for name, rows in ROWS.items() for r in rows)
    assert sorted(trained + judged) == every
    assert {row for _, row in judged} == set(batches.judged.tolist())
    assert not {row for _, row in judged} & {row for _, row in trained}


def test_pictures_of_one_group_are_judged_together():
    group = np.arange(N) // 3
    batches = ViewerBatches(study_of(groups=group), validation_share=0.3)
    rows = batches.study.train_row

    rest = np.setdiff1d(rows, batches.judged)
    assert len(batches.judged)
    assert len(rest)
    assert not np.intersect1d(group[batches.judged], group[rest]).size


def test_without_validation_all_train_and_no_picture_lies_twice_in_a_batch():
    batches = ViewerBatches(study_of(), validation_share=0)
    found = draw(batches)

    assert not len(batches.judged)
    assert not list(batches.validation(batch_size=4, seed=0))
    assert len(found) == batches.n_steps(5) == 5
    for batch in found:
        told = [tuple(np.ravel(one)) for one in batch.arrays["pictures"]]
        assert len(told) == len(set(told))

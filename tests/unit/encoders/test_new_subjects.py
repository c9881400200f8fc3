"""A new subject's images are all that is learned of it; its test images never are."""

from dataclasses import replace

import numpy as np
import pytest
from trained_kinds import EXAMPLES, TRAINING, UNIVERSAL, bench

from boldwise.encoders.fit_voxel_embedding import ADOPTING, adopt_subjects
from boldwise.encoders.in_context import read_context
from boldwise.encoders.new_subjects import predict_new_subject
from boldwise.encoders.trained_together import (
    fit_levels,
    fit_reader,
    level_study,
    vectors_of,
)
from boldwise.training.options import TrainingOptions

ADOPTED = {"budgets": [10], "n_neighbours": 2, "training": {**TRAINING, "n_epochs": 1}}
KINDS = {"voxel_embedding": UNIVERSAL, "in_context": EXAMPLES}


def task_of(kind, rows, sources, *, number=0):
    options = {**KINDS[kind], "new_subjects": ADOPTED}
    return bench(rows, sources, options, wanted=("02",)).task(number)


def few_of(task, *numbers):
    return {n: task.rows["02"].fewer(n, seed=0) for n in numbers}


@pytest.mark.parametrize("kind", KINDS)
def test_each_number_of_images_gives_a_prediction(kind, rows, sources):
    task = task_of(kind, rows, sources)

    found = predict_new_subject(task, few_of(task, 10, 20))

    assert list(found) == [10, 20]
    for one in found.values():
        assert one.shape == (len(task.rows["02"].test_id), 4)
        assert np.isfinite(one).all()
    assert not np.allclose(found[10], found[20])


@pytest.mark.parametrize("kind", KINDS)
def test_other_images_of_the_subject_are_not_used(kind, rows, sources):
    task = task_of(kind, rows, sources)
    few = few_of(task, 10)
    other = task.rows["02"]
    changed = replace(other, response=np.full_like(other.response, 7.0))
    blind = replace(task, rows={**task.rows, "02": changed})

    before, after = (predict_new_subject(one, few)[10] for one in (task, blind))

    np.testing.assert_array_equal(after, before)


def test_adoption_is_that_of_the_library(rows, sources):
    task = task_of("voxel_embedding", rows, sources, number=1)
    few = few_of(task, 12)
    known = fit_levels(task, ["01"])
    options = replace(
        ADOPTING,
        sizes=known.model.sizes,
        n_drawn=3,
        n_neighbours=2,
        training=TrainingOptions(**ADOPTED["training"]),
    )

    fit = adopt_subjects(known, {"02": level_study(task, few[12])}, options=options)

    found = predict_new_subject(task, few)[12]
    np.testing.assert_array_equal(found, fit.prediction["02"])


def test_examples_are_read_as_the_library_reads_them(rows, sources):
    task = task_of("in_context", rows, sources)
    few = few_of(task, 12)
    model = fit_reader(task).model

    told = read_context(model, vectors_of(task, few[12].train_id), few[12].response)

    wanted = told.predict(vectors_of(task, task.rows["02"].test_id))
    np.testing.assert_array_equal(predict_new_subject(task, few)[12], wanted)

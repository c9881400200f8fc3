"""Scores by number of images: the same images for all, and no test image."""

from dataclasses import replace

import numpy as np
import pytest
from test_new_subjects import ADOPTED
from trained_kinds import EXAMPLES, PLACES, UNIVERSAL, bench

from boldwise.encoders.curve_records import RidgeBeside
from boldwise.encoders.learning_curves import (
    curve_of_new_subject,
    curves_of_training,
    numbers_of,
)
from boldwise.encoders.trained import TOGETHER, predictions_of, train_encoder
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.settings.attention import TOGETHER as SETTINGS_TOGETHER


@pytest.fixture
def ridges(study):
    alphas = np.logspace(-1, 3, 5)
    return {"plain": RidgeBeside(tuple(study.spaces), alphas)}


def test_kinds_that_are_trained_together_are_those_of_the_settings():
    assert TOGETHER == SETTINGS_TOGETHER


def test_numbers_beyond_what_there_is_are_all_that_there_is(rows):
    assert numbers_of({"01": rows}, [500, 20, 80]) == [20, 60]


def test_few_images_are_among_many(rows):
    fold = rows.fold(0)
    few, more = (fold.fewer(n, seed=3) for n in (10, 30))

    assert set(few.train_id) <= set(more.train_id) <= set(fold.train_id)
    assert set(fold.fewer(10, seed=4).train_id) != set(few.train_id)
    at = np.flatnonzero(np.isin(fold.train_id, few.train_id))
    np.testing.assert_array_equal(few.response, fold.response[at])
    np.testing.assert_array_equal(few.group, fold.group[at])
    assert len(fold.fewer(1000, seed=0).train_id) == len(fold.train_id)


@pytest.mark.parametrize("options", [UNIVERSAL, EXAMPLES], ids=lambda one: one["kind"])
def test_a_new_subject_is_scored_beside_ridge(rows, sources, ridges, options):
    asked = bench(rows, sources, {**options, "new_subjects": ADOPTED}, wanted=("02",))

    curve = curve_of_new_subject(asked, ridges, asked=[10, 30, 900], name="a")

    assert curve.n_images.tolist() == [10, 30, 60]
    assert list(curve.r) == ["a", "plain"]
    for r in curve.r.values():
        assert r.shape == (3, len(rows.voxels))
    assert np.median(curve.r["plain"][-1, :3]) > 0.9  # they follow these features


def test_more_images_help_ridge(rows, sources, ridges):
    asked = bench(rows, sources, {**EXAMPLES, "new_subjects": ADOPTED}, wanted=("02",))

    curve = curve_of_new_subject(asked, ridges, asked=[10, 60], name="a")

    assert curve.r["plain"][1, :3].mean() > curve.r["plain"][0, :3].mean()


@pytest.mark.parametrize("options", [UNIVERSAL, PLACES], ids=lambda one: one["kind"])
def test_training_on_all_is_the_fit_itself(rows, sources, ridges, options):
    subjects = {"01": rows, "02": rows}
    asked = bench(rows, sources, options)

    curves = curves_of_training(asked, ridges, asked=[20, 60], name="a")

    assert set(curves) == set(subjects)
    alone = options["kind"] not in TOGETHER
    own = {"subjects": {"02": rows}, "wanted": ("02",)} if alone else {}
    fits = train_encoder(replace(asked, **own))
    whole = correlate_in_folds(
        predictions_of(fits, "02"), rows.tested, rows.held_out.fold
    )
    np.testing.assert_allclose(curves["02"].r["a"][1], whole)
    assert not np.allclose(curves["02"].r["a"][0], whole)


def test_an_encoder_without_ridge_stands_alone(rows, sources):
    curves = curves_of_training(bench(rows, sources, PLACES), {}, asked=[20], name="a")

    assert list(curves["01"].r) == ["a"]

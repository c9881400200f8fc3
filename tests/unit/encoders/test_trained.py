"""Every kind of trained encoder goes through one door, fold by fold."""

from dataclasses import replace

import numpy as np
import pytest
from trained_kinds import EXAMPLES, OWN, PLACES, QUERIES, TRAINING, UNIVERSAL, bench

from boldwise.encoders.fit_region_query import RegionQueryOptions, fit_region_query
from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.region_query import RegionQuerySizes
from boldwise.encoders.trained import (
    predictions_of,
    shuffle_encoder,
    train_encoder,
)
from boldwise.errors import DataError
from boldwise.features.records import find_rows
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded


@pytest.mark.parametrize(
    ("options", "wanted", "found"),
    [
        (QUERIES, ("01",), {"attention/map", "query", "member"}),
        (PLACES, ("01",), {"field/x", "field/size_y"}),
        (UNIVERSAL, ("01", "02"), {"01/embedding", "02/embedding"}),
        (EXAMPLES, ("02",), {"weight", "intercept"}),
        (OWN, ("01", "02"), {"01/field/x", "02/field/size_y"}),
    ],
    ids=lambda one: one["kind"] if isinstance(one, dict) else "",
)
def test_every_kind_predicts_each_held_out_item(rows, sources, options, wanted, found):
    fits = train_encoder(bench(rows, sources, options, wanted=wanted))

    assert len(fits) == 2
    for subject in wanted:
        prediction = predictions_of(fits, subject)
        assert prediction.shape == (len(rows.held_out), len(rows.voxels))
        assert prediction.dtype == np.float32
    for fit in fits:
        assert found <= set(fit.found)
        assert fit.n_parameters > 0
        assert set(fit.weights) <= set(fit.histories)
        assert all(len(one) for one in fit.histories.values())


def test_a_fold_is_what_the_encoder_itself_gives_for_these_rows(rows, sources):
    fit = train_encoder(bench(rows, sources, QUERIES, wanted=("01",)))[1]
    fold, (space,) = rows.fold(1), sources.tokens
    train, test = (
        find_rows(space.stimulus_id, ids, what="row")
        for ids in (fold.train_id, fold.test_id)
    )
    member = np.ones((1, len(rows.voxels)), bool)  # the voxels lie on one side
    study = MapStudy(space.token, (2, 2), fold.response, train, test, fold.group)
    options = RegionQueryOptions(RegionQuerySizes(), 0.2, TrainingOptions(**TRAINING))

    alone = fit_region_query(study, member, options=options)

    np.testing.assert_array_equal(fit.prediction["01"], alone.prediction)


def test_an_ensemble_mixes_spaces_and_seeds(rows, sources):
    (space,) = sources.tokens
    two = replace(sources, tokens=(space, replace(space, name="second")))

    (fit, _) = train_encoder(
        bench(rows, two, {**QUERIES, "n_seeds": 2}, wanted=("01",))
    )

    labels = ["map-seed0", "map-seed1", "second-seed0", "second-seed1"]
    assert list(fit.histories) == labels
    np.testing.assert_allclose(fit.found["share"].sum(0), 1, rtol=1e-5)
    assert fit.n_parameters % 4 == 0


def test_learned_queries_need_no_regions(rows, sources):
    options = {**QUERIES, "granularity": "learned"}

    (fit, _) = train_encoder(bench(rows, sources, options, wanted=("01",)))

    assert fit.found["query"].tolist() == ["query 0", "query 1"]


def test_a_killed_training_goes_on_to_the_same_predictions(rows, sources, tmp_path):
    options = {**QUERIES, "training": {**TRAINING, "checkpoint_s": 0.0}}
    whole = train_encoder(bench(rows, sources, options, wanted=("01",)))

    def kill(moment):
        if moment.epoch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), seeded(5):
        train_encoder(
            bench(
                rows, sources, options, wanted=("01",), folder=tmp_path, progress=kill
            )
        )
    assert list(tmp_path.glob("*.safetensors"))
    resumed = train_encoder(
        bench(rows, sources, options, wanted=("01",), folder=tmp_path)
    )

    np.testing.assert_array_equal(
        predictions_of(resumed, "01"), predictions_of(whole, "01")
    )


@pytest.mark.parametrize("options", [QUERIES, UNIVERSAL], ids=lambda one: one["kind"])
def test_shuffles_are_scored_by_region_and_follow_the_seed(rows, sources, options):
    wanted = ("01", "02") if options is UNIVERSAL else ("01",)
    ready = bench(rows, sources, options, wanted=wanted)

    two, one, other = (
        shuffle_encoder(ready, n_shuffles=n, seed=seed)
        for n, seed in ((2, 0), (1, 0), (1, 1))
    )

    assert set(two) == set(wanted)
    assert set(two["01"]) == {"all", *rows.voxels.roi}
    assert two["01"]["all"].shape == (2,)
    assert two["01"]["all"][0] == one["01"]["all"][0]
    assert one["01"]["all"][0] != other["01"]["all"][0]


def test_predictions_that_went_astray_are_refused(rows, sources):
    fits = train_encoder(bench(rows, sources, QUERIES, wanted=("01",)))
    fits[0].prediction["01"][0, 0] = np.nan

    with pytest.raises(DataError, match=r"1 of .* not finite.*Lower `training.learn"):
        predictions_of(fits, "01")


def test_levels_of_other_stimuli_are_refused(rows, sources):
    (space,) = sources.tokens
    other = replace(space, name="second", stimulus_id=space.stimulus_id[::-1])
    two = replace(sources, tokens=(space, other))

    with pytest.raises(DataError, match="'map' and 'second' do not describe the same"):
        train_encoder(bench(rows, two, UNIVERSAL))


def test_a_core_without_pictures_is_refused(rows, sources):
    blind = replace(sources, pictures=None)

    with pytest.raises(DataError, match="these stimuli have none"):
        train_encoder(bench(rows, blind, OWN))

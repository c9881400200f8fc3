"""Decoders that learn from others take their training stimuli, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.data import outer_folds
from boldwise.decoders.kept import kept_decoder
from boldwise.decoders.pooled import Ensemble, fit_ensemble, fit_pooled, look_at_others
from boldwise.decoders.run import decode_over_folds
from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.identification import identify
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.settings.alignment import AnyRidgeDecoder, OtherSubjects

ALPHAS = np.logspace(-1, 4, 6)
WAYS = ("pooled", "ensemble")


def options(how, **more):
    others = {"how": how, "alignment": {"kind": "ridge"}}
    return AnyRidgeDecoder(kind="ridge", target="x", others=others, **more).model_dump()


def chosen(how="pooled"):
    return OtherSubjects(how=how).model_dump()


def top1(said):
    pair = said.arrays["prediction"], said.arrays["target"]
    return (identify(*pair, said.fold).rank == 1).mean()


def without(responses, ids):
    rows = ~np.isin(responses.trials.stimulus_id, ids)
    return replace(
        responses, response=responses.response[rows], trials=responses.trials.take(rows)
    )


@pytest.mark.parametrize("how", WAYS)
def test_held_out_stimuli_are_identified(data, how):
    said = decode_over_folds(data, options(how))

    assert top1(said) > 0.8
    assert sorted(n for n in said.arrays if n.startswith("control/")) == [
        f"control/{one}"
        for one in ("mean_brain", "nearest_training", "noise_input", "shuffled_brain")
    ]


@pytest.mark.parametrize("how", WAYS)
def test_the_order_of_subjects_changes_nothing(data, how):
    turned = replace(data, others=data.others[::-1])

    first, second = (decode_over_folds(one, options(how)) for one in (data, turned))

    np.testing.assert_array_equal(
        first.arrays["prediction"], second.arrays["prediction"]
    )


@pytest.mark.parametrize("how", WAYS)
def test_what_others_say_of_test_stimuli_is_not_read(data, how):
    tested = data.split.test_ids(0)
    poisoned = []
    for one in data.others:
        response = one.response.copy()
        response[np.isin(one.trials.stimulus_id, tested)] = 1e6
        poisoned.append(replace(one, response=response))
    first = np.isin(data.split.part[0], TEST)

    plain, read = (
        decode_over_folds(replace(data, others=one), options(how))
        for one in (data.others, poisoned)
    )

    rows = plain.fold == 0
    assert rows.sum() == first.sum()
    np.testing.assert_array_equal(
        plain.arrays["prediction"][rows], read.arrays["prediction"][rows]
    )


def test_stimuli_of_others_alone_train_a_pooled_decoder(data):
    some = data.split.stimulus_id[1::2]
    few = replace(data, responses=without(data.responses, some))
    fold = next(iter(outer_folds(few)))
    features = data.target.fold(0)

    pooled = fit_pooled(
        fold, look_at_others(few.others, few.split, chosen()), features, alphas=ALPHAS
    )

    own = features.rows(fold.train_id).mean(axis=0)
    trained = features.rows(data.split.train_ids(0))
    everyone = np.concatenate([features.rows(fold.train_id), trained, trained])
    np.testing.assert_allclose(pooled.targets_.mean, everyone.mean(axis=0), rtol=1e-5)
    assert np.abs(pooled.targets_.mean - own).max() > 0.01


def test_an_ensemble_is_the_mean_of_what_its_decoders_say(data):
    fold, features = next(iter(outer_folds(data))), data.target.fold(0)
    others = look_at_others(data.others, data.split, chosen("ensemble"))

    both = fit_ensemble(fold, others, features, alphas=ALPHAS)
    alone = Ensemble(both._own, [])
    first, second = (Ensemble(both._own, [one]) for one in both._members)

    said = [one.predict(fold.test) for one in (alone, first, second, both)]
    joined = (2 * said[1] + 2 * said[2] - said[0]) / 3
    np.testing.assert_allclose(said[3], joined, atol=1e-5)


def test_a_pooled_decoder_is_kept_and_an_ensemble_is_not(data):
    said = decode_over_folds(data, options("pooled", keep_weights=True))
    arrays = {
        name.removeprefix("model/1/"): one
        for name, one in said.arrays.items()
        if name.startswith("model/1/")
    }
    fold = list(outer_folds(data))[1]

    again = kept_decoder(arrays).predict(fold.test)

    np.testing.assert_allclose(again, said.arrays["prediction"][said.fold == 1])
    with pytest.raises(ValueError, match="an ensemble is many models"):
        options("ensemble", keep_weights=True)


def test_parcels_are_for_decoders_across_subjects():
    alignment = {"kind": "ridge", "n_parcels": 4}

    with pytest.raises(ValueError, match="n_parcels is for decoders across subjects"):
        OtherSubjects(how="pooled", alignment=alignment)


def test_a_subject_alone_has_no_others(data):
    with pytest.raises(DataError, match="one subject alone has no others"):
        decode_over_folds(replace(data, others=[]), options("pooled"))


def test_subjects_without_a_common_stimulus_are_refused(data):
    half = data.split.stimulus_id[::2]
    rest = data.split.stimulus_id[1::2]
    others = [without(data.others[0], half)]
    apart = replace(data, responses=without(data.responses, rest), others=others)

    with pytest.raises(DataError, match="saw no stimulus in common"):
        decode_over_folds(apart, options("pooled"))


def test_a_split_that_tests_on_all_shared_stimuli_is_refused(data):
    shared = data.split.test_ids(0)
    ids = data.split.stimulus_id
    mine, theirs = (np.setdiff1d(ids, shared)[k::2] for k in (0, 1))
    test = np.isin(ids, shared)[None]
    inner = np.where(test, -1, np.arange(len(ids)) % 4)
    split = Split(
        "standard", ids, np.where(test, TEST, TRAIN), inner, np.array(["-"]), "-"
    )
    standard = replace(
        data,
        split=split,
        responses=without(data.responses, theirs),
        others=[without(one, mine) for one in data.others],
    )

    with pytest.raises(LeakageError, match="tests on all 24 stimuli"):
        decode_over_folds(standard, options("pooled"))

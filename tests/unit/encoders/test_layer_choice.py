"""Layers are found where they were planted, and nothing is gained by choosing."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from boldwise.encoders.layer_choice import (
    choose_layers,
    fit_layers,
    shuffle_layers,
    stream_layers,
)
from boldwise.encoders.layer_plan import plan_layers
from boldwise.encoders.voxelwise import fit_voxelwise
from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.linear.blocks import Gather, cut_part
from boldwise.linear.solve import TILE
from boldwise.responses.records import Responses, Trials, Voxels

ALPHAS = np.logspace(-1, 4, 6)
N_STIMULI, N_EACH, N_NOISE = 120, 30, 400
NOISE = 4 * N_EACH


@dataclass(frozen=True)
class Study:
    """One subject who saw every stimulus once, and the layer of each voxel."""

    responses: Responses
    spaces: list
    split: Split
    planted: np.ndarray


def make_study(response, spaces, roi):
    """Three outer folds of interleaved stimuli, and four inner folds of neighbours."""
    n_stimuli, n_voxels = response.shape
    ids = np.array([f"s{i:03d}" for i in range(n_stimuli)])
    one, number = np.full(n_stimuli, "1"), np.arange(n_stimuli)
    trials = Trials(ids, one, one, number * 4.0, 0 * number)
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (10, 10, 10)), axis=1)
    test = number % 3 == np.arange(3)[:, None]
    inner = np.where(test, -1, number * 4 // n_stimuli)
    names = np.array(["a", "b", "c"])
    return Study(
        Responses(
            response.astype("f4"), trials, Voxels(ijk, (10, 10, 10), np.eye(4), roi)
        ),
        [FittedFeatures(ids, space[None].astype("f4")) for space in spaces],
        Split("main", ids, np.where(test, TEST, TRAIN), inner, names, "-"),
        np.repeat(np.arange(4), N_EACH),
    )


@pytest.fixture(scope="module")
def layers():
    """Four layers that each pass on half of the last; 30 voxels follow each.

    400 more are noise. Regions hold the voxels of the first two layers, and of the
    last two.
    """
    rng = np.random.default_rng(0)
    spaces = [rng.standard_normal((N_STIMULI, 6))]
    for _ in range(3):
        mixed = spaces[-1] @ np.linalg.qr(rng.standard_normal((6, 6)))[0]
        spaces.append((mixed + rng.standard_normal((N_STIMULI, 6))) / np.sqrt(2))
    signal = [space @ rng.standard_normal((6, N_EACH)) for space in spaces]
    response = np.hstack([*signal, np.zeros((N_STIMULI, N_NOISE))])
    response += rng.standard_normal(response.shape)
    number = np.arange(response.shape[1])
    early = number < 2 * N_EACH
    return make_study(
        response, spaces, {"early": early, "late": ~early & (number < NOISE)}
    )


@pytest.fixture(scope="module")
def chosen(layers):
    return fit(layers)


@pytest.fixture(scope="module")
def alone(layers):
    """Each layer fitted by itself."""
    return [
        fit_voxelwise(layers.responses, [space], layers.split, alphas=ALPHAS)
        for space in layers.spaces
    ]


def fit(study, **options):
    given = {"alphas": ALPHAS, **options}
    return fit_layers(study.responses, study.spaces, study.split, **given)


def score(study, result):
    order = np.searchsorted(study.responses.trials.stimulus_id, result.stimulus_id)
    truth = study.responses.response[order]
    return correlate_in_folds(result.prediction, truth, result.fold)


def test_voxels_get_the_layer_that_they_follow(layers, chosen):
    planted = layers.planted

    assert (chosen.layer[:, :NOISE] == planted).mean() > 0.95


def test_a_voxel_is_predicted_by_its_layer_only(layers, chosen, alone):
    for fold in range(3):
        rows = chosen.fold == fold
        for voxel in (0, 40, 80, 110, 300):
            own = alone[chosen.layer[fold, voxel]]
            np.testing.assert_array_equal(
                chosen.prediction[rows, voxel], own.prediction[rows, voxel]
            )
            assert chosen.alpha[fold, voxel] == own.alpha[fold, voxel]


def test_the_choice_is_that_of_the_best_inner_score(chosen, alone):
    for number, one in enumerate(alone):
        np.testing.assert_array_equal(chosen.layer_score[:, number], one.cv_score)
    np.testing.assert_array_equal(chosen.layer, chosen.layer_score.argmax(axis=1))
    np.testing.assert_array_equal(chosen.cv_score, chosen.layer_score.max(axis=1))


def test_choosing_gains_nothing_on_noise_but_choosing_by_the_test_does(
    layers, chosen, alone
):
    r = score(layers, chosen)[NOISE:]
    dipped = np.max([score(layers, one)[NOISE:] for one in alone], axis=0)

    error = r.std() / np.sqrt(N_NOISE)
    assert abs(r.mean()) < 3 * error
    assert dipped.mean() > 15 * error
    assert dipped.mean() > 0.05


def test_test_responses_have_no_influence_on_the_choice(layers, chosen):
    response = layers.responses.response.copy()
    tested = np.isin(layers.responses.trials.stimulus_id, layers.split.test_ids(1))
    response[tested] = np.roll(response[tested], 7, axis=0) * 1e3

    spoilt = replace(layers, responses=replace(layers.responses, response=response))
    result = fit(spoilt)

    np.testing.assert_array_equal(result.layer[1], chosen.layer[1])
    np.testing.assert_array_equal(result.layer_score[1], chosen.layer_score[1])
    assert (result.layer[0] != chosen.layer[0]).any()


def test_regions_choose_by_their_mean_score(layers, chosen):
    result = fit(layers, choose_by="roi")

    regions = [
        *layers.responses.voxels.roi.values(),
        np.arange(NOISE + N_NOISE) >= NOISE,
    ]
    for inside in regions:
        mean = chosen.layer_score[:, :, inside].astype(float).mean(axis=2)
        best = mean.argmax(axis=1)[:, None]
        np.testing.assert_array_equal(
            result.layer[:, inside], best + np.zeros(inside.sum())
        )
    np.testing.assert_array_equal(result.layer_score, chosen.layer_score)


def test_all_voxels_may_share_one_layer(layers, alone):
    result = fit(layers, choose_by="all")

    mean = np.array([one.cv_score.astype(float).mean(axis=1) for one in alone])
    best = mean.argmax(axis=0)
    assert (result.layer == best[:, None]).all()
    rows = result.fold == 2
    np.testing.assert_array_equal(
        result.prediction[rows], alone[best[2]].prediction[rows]
    )


def test_a_voxel_with_nan_has_no_layer_and_no_say(layers, chosen):
    response = layers.responses.response.copy()
    response[:, 5] = np.nan
    broken = replace(layers, responses=replace(layers.responses, response=response))

    result = fit(broken, choose_by="roi")

    assert (result.layer[:, 5] == -1).all()
    assert np.isnan(result.prediction[:, 5]).all()
    assert np.isfinite(np.delete(result.prediction, 5, axis=1)).all()
    others = np.setdiff1d(np.arange(2 * N_EACH), 5)
    mean = chosen.layer_score[:, :, others].astype(float).mean(axis=2)
    assert (result.layer[:, others] == mean.argmax(axis=1)[:, None]).all()
    assert (fit(broken).layer[:, 5] == -1).all()


def test_of_equal_layers_the_first_is_chosen():
    known = np.array([[0.2, 0.1, np.nan], [0.2, 0.3, 0.1]])

    assert choose_layers(known).tolist() == [0, 1, -1]


@pytest.mark.parametrize("choose_by", ["voxel", "roi", "all"])
def test_a_streamed_fit_has_the_same_bytes_for_any_memory_and_part(
    layers, choose_by, monkeypatch
):
    expected = fit(layers, choose_by=choose_by)
    plan = plan_layers(
        layers.responses,
        layers.spaces,
        layers.split,
        alphas=ALPHAS,
        choose_by=choose_by,
    )
    widths = []
    monkeypatch.setattr(
        "boldwise.encoders.layer_choice.choose_width",
        lambda *_, **__: widths.append(TILE) or TILE,
    )

    for number in (1, 2):
        columns = cut_part(NOISE + N_NOISE, number, 2)
        found = Gather(columns.stop - columns.start)
        stream_layers(plan, found, columns=columns)
        for name, values in found.results.items():
            np.testing.assert_array_equal(
                values, getattr(expected, name)[..., columns], err_msg=name
            )
    assert widths == [TILE, TILE]


@pytest.mark.parametrize(("choose_by", "passes"), [("voxel", 1), ("roi", 2)])
def test_progress_ends_with_the_last_voxel(layers, choose_by, passes):
    plan = plan_layers(
        layers.responses,
        layers.spaces,
        layers.split,
        alphas=ALPHAS,
        choose_by=choose_by,
    )
    told = []

    stream_layers(
        plan, Gather(520), progress=lambda done, left: told.append((done, left))
    )

    assert len(told) == passes
    assert told[-1] == (520, 0.0)


def test_every_layer_counts_against_the_memory(layers):
    plan = plan_layers(layers.responses, layers.spaces, layers.split, alphas=ALPHAS)

    with threadpool_limits(1), pytest.raises(DataError, match="is too little"):
        stream_layers(plan, Gather(520), memory_gb=0.001)


def test_stored_results_hold_the_choice(chosen):
    datasets = chosen.datasets()

    assert datasets["layer"].shape == (3, 520)
    assert datasets["layer"].dtype == np.int16
    assert datasets["layer_score"].shape == (3, 4, 520)
    assert {"prediction", "alpha", "cv_score", "stimulus_id", "fold"} < set(datasets)
    assert chosen.attributes()["n_train"] == [80, 80, 80]


@pytest.mark.parametrize("choose_by", ["voxel", "roi", "all"])
def test_shuffled_responses_score_nothing_though_the_best_layer_is_taken(
    layers, choose_by
):
    plan = plan_layers(
        layers.responses,
        layers.spaces,
        layers.split,
        alphas=ALPHAS,
        choose_by=choose_by,
    )

    medians = shuffle_layers(plan, n_shuffles=20, seed=0)

    assert sorted(medians) == ["all", "early", "late"]
    for draws in medians.values():
        assert abs(draws.mean()) < 3 * draws.std() / np.sqrt(20) + 0.01

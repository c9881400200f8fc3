"""Decoders that work are at chance on every control."""

import numpy as np
import pytest

from boldwise.decoders.control_inputs import control_responses
from boldwise.decoders.control_ranks import rank_controls, row_scale
from boldwise.decoders.linear import RidgeDecoder
from boldwise.decoders.standardise import fit_standardiser
from boldwise.evaluation.decoder_controls import CONTROLS, measure_controls
from boldwise.evaluation.identification import identify

RNG = np.random.default_rng(0)
N_TRAIN, N_TEST = 150, 40


@pytest.fixture(scope="module")
def world():
    """Fit a decoder; its targets have a large part in common."""
    target = RNG.normal(size=(N_TRAIN + N_TEST, 12)) + 3 * RNG.normal(size=12)
    responses = target @ RNG.normal(size=(12, 40)) + RNG.normal(size=(190, 40))
    decoder = RidgeDecoder().fit(responses[:N_TRAIN], target[:N_TRAIN])
    scaled = decoder.targets_.apply(target)
    return decoder, responses[N_TRAIN:], (scaled[:N_TRAIN], scaled[N_TRAIN:])


def run(world, **options):
    """Rank the controls of the fitted decoder."""
    decoder, responses, targets = world
    scale = row_scale(decoder.responses_)
    return rank_controls(
        decoder.predict, responses, targets, scale=scale, seed=0, **options
    )


def test_every_control_is_at_chance_and_the_decoder_is_not(world):
    decoder, responses, targets = world
    ranks = {name.removeprefix("control/"): one for name, one in run(world).items()}
    distance = ranks.pop("training_distance")

    found = measure_controls(ranks, np.full(N_TEST, N_TEST))

    assert set(ranks) == set(CONTROLS)
    assert distance.shape == (N_TEST,)
    for name in ("noise_input", "mean_brain", "shuffled_brain"):
        assert found[f"two_way_{name}"].mean() == pytest.approx(0.5, abs=0.02)
        assert found[f"top1_{name}"].mean() == pytest.approx(1 / N_TEST, abs=0.01)
    own = identify(decoder.predict(responses), targets[1], np.zeros(N_TEST, int)).rank
    assert (own == 1).mean() > 0.9
    near = found["two_way_nearest_training"][0]
    assert 0.5 < near < ((N_TEST - own) / (N_TEST - 1)).mean()


def test_shuffled_responses_give_shuffled_patterns(world):
    decoder, responses, _ = world
    scale = row_scale(decoder.responses_)
    shuffled = control_responses("shuffled_brain", responses, scale, seed=3)

    decoded = decoder.predict(shuffled)

    expected = np.sort(decoder.predict(responses.astype(np.float32)), axis=0)
    np.testing.assert_allclose(np.sort(decoded, axis=0), expected, atol=1e-5)


def test_draws_are_seeded_and_counted(world):
    one, two = run(world, n_draws=4), run(world, n_draws=4)

    assert one["control/noise_input"].shape == (N_TEST, 4)
    assert one["control/mean_brain"].shape == (N_TEST, 1)
    assert len(np.unique(one["control/noise_input"], axis=1).T) == 4
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name])


def test_a_single_test_stimulus_is_left_for_scoring_to_refuse(world):
    decoder, responses, (train, test) = world

    found = rank_controls(
        decoder.predict,
        responses[:1],
        (train, test[:1]),
        scale=row_scale(decoder.responses_),
        seed=0,
        n_draws=2,
    )

    assert found["control/noise_input"].tolist() == [[1, 1]]


def test_a_voxel_that_never_varies_is_never_noisy():
    values = RNG.normal(size=(9, 3))
    values[:, 1] = 4

    scale = row_scale(fit_standardiser(values, what="voxels"))

    np.testing.assert_allclose(
        scale.width, [*values[:, :1].std(0), 0, values[:, 2].std()]
    )
    noise = control_responses("noise_input", values, scale, seed=0)
    np.testing.assert_array_equal(noise[:, 1], 4)

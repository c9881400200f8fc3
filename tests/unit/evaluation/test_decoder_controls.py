"""Controls are measured like the decoder, draw by draw."""

import numpy as np

from boldwise.evaluation.decoder_controls import (
    CONTROL_FORMULAS,
    CONTROLS,
    average_controls,
    measure_controls,
)
from boldwise.evaluation.identification import identify

RNG = np.random.default_rng(0)


def test_every_control_says_what_it_is():
    assert set(CONTROL_FORMULAS) == set(CONTROLS)


def test_measures_are_those_of_ranks_draw_by_draw():
    rank = np.array([[1, 3], [2, 1], [1.5, 4]])
    n_pool = np.array([3, 3, 5])

    found = measure_controls({"noise_input": rank}, n_pool)

    assert found["top1_noise_input"].tolist() == [1 / 3, 1 / 3]
    np.testing.assert_allclose(
        found["two_way_noise_input"],
        [(1 + 0.5 + 3.5 / 4) / 3, (0 + 1 + 1 / 4) / 3],
    )
    assert found["median_rank_noise_input"].tolist() == [1.5, 3]


def test_the_same_answer_to_every_brain_is_at_one_half_exactly():
    target = RNG.normal(size=(11, 6))
    same = np.tile(RNG.normal(size=6), (11, 1))
    ranks = identify(same, target, np.zeros(11, int))

    found = measure_controls({"mean_brain": ranks.rank[:, None]}, ranks.n_pool)

    np.testing.assert_allclose(found["two_way_mean_brain"], 0.5)
    np.testing.assert_allclose(found["top1_mean_brain"], 1 / 11)


def test_subjects_are_averaged_where_all_have_a_control():
    one = {"top1_noise_input": np.array([0.0, 0.2]), "top1_mean_brain": np.zeros(1)}
    other = {"top1_noise_input": np.array([0.4, 0.4])}

    found = average_controls([one, other])

    assert list(found) == ["top1_noise_input"]
    np.testing.assert_allclose(found["top1_noise_input"], [0.2, 0.3])

"""Findings: each number beside its bar, each bar able to fail."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.simulate.layout import POPULATIONS
from boldwise.simulate.recovery import Finding, Recovered, findings, true_ceiling

RIGHT = {"early_visual": ["gabor"], "category": ["given"], "semantic": []}
N_EACH = 40


def recovered(**changes):
    """Stand in for a perfect pipeline: 40 voxels per population, 400 of noise."""
    population = np.repeat(POPULATIONS, [N_EACH] * 4 + [10 * N_EACH])
    noise = population == "noise"
    uniform = (np.arange(noise.sum()) + 0.5) / noise.sum()
    ceiling = np.where(noise, 0.0, 0.6)
    p = np.full(len(population), 0.001)
    p[noise] = uniform
    score = {
        "r": np.where(noise, 0.0, 0.6),
        "normalised_r": np.where(noise, np.nan, 0.9),
        "p": p,
        "q": np.where(noise, 0.9, 0.001),
    }
    scores = {name: dict(score) for name in ("gabor", "given")}
    return replace(Recovered(population, ceiling, ceiling.copy(), scores), **changes)


def find(found, quantity, population, encoder="-"):
    rows = [
        one
        for one in found
        if one.quantity.startswith(quantity)
        and (one.population, one.encoder) == (population, encoder)
    ]
    assert len(rows) == 1
    return rows[0]


def spoil(metric, values, name="gabor"):
    one = recovered()
    one.scores[name][metric] = np.where(one.population == "noise", *values(one))
    return one


def test_the_true_ceiling_is_the_squared_correlation():
    rng = np.random.default_rng(0)
    truth = rng.standard_normal((50, 6))
    response = truth + rng.standard_normal((50, 6)) + 3

    found = true_ceiling(response, truth)

    expected = [np.corrcoef(response[:, v], truth[:, v])[0, 1] ** 2 for v in range(6)]
    np.testing.assert_allclose(found, expected)


def test_a_voxel_without_signal_has_no_ceiling():
    truth = np.full((20, 2), 1.7, np.float32)
    response = np.random.default_rng(0).standard_normal((20, 2))
    response[:, 1] = 4.0

    np.testing.assert_array_equal(true_ceiling(response, truth), 0)


def test_a_perfect_pipeline_meets_every_bar():
    found = findings([recovered()], RIGHT)

    assert {one.holds for one in found} == {"yes", ""}
    assert sum(one.holds == "yes" for one in found) == 1 + 2 * 3 + 2 + 2


def test_subjects_are_pooled():
    two = [recovered(), recovered()]

    one = find(findings(two, RIGHT), "median noise ceiling", "responsive")

    assert one.n_voxels == 2 * 3 * N_EACH


@pytest.mark.parametrize(("error", "holds"), [(0.029, "yes"), (-0.031, "no")])
def test_ceilings_must_be_near_the_truth(error, holds):
    one = recovered()
    found = findings([replace(one, noise_ceiling=one.true_ceiling + error)], RIGHT)

    row = find(found, "median noise ceiling", "responsive")
    assert row.holds == holds
    assert row.estimate == pytest.approx(0.6 + error)
    assert row.truth_or_bar == "0.6000 ± 0.03"


def test_populations_ceilings_are_shown_without_a_bar():
    row = find(findings([recovered()], RIGHT), "median noise ceiling", "category")

    assert row == Finding("median noise ceiling", "category", "-", 40, 0.6, "0.6000")


def test_only_the_right_encoder_must_reach_the_bar():
    one = recovered()
    one.scores["gabor"]["normalised_r"] = np.full(len(one.population), 0.7)

    found = findings([one], RIGHT)

    assert find(found, "median normalised r", "early_visual", "gabor").holds == "no"
    assert find(found, "median normalised r", "category", "gabor").holds == ""
    assert find(found, "median normalised r", "category", "given").holds == "yes"


def test_voxels_without_a_ceiling_do_not_count():
    one = recovered()
    one.scores["gabor"]["normalised_r"][:10] = np.nan

    row = find(findings([one], RIGHT), "median normalised r", "early_visual", "gabor")

    assert row.n_voxels == N_EACH - 10
    assert row.estimate == pytest.approx(0.9)


def test_predicting_noise_is_noticed():
    one = spoil("r", lambda one: (0.03, one.scores["gabor"]["r"]))

    assert find(findings([one], RIGHT), "median r", "noise", "gabor").holds == "no"


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_p_values_of_noise_must_be_uniform(scale):
    one = spoil("p", lambda one: (one.scores["gabor"]["p"] * scale, 0.001))

    row = find(findings([one], RIGHT), "share of voxels at p", "noise", "gabor")

    assert row.holds == "no"
    assert row.estimate == pytest.approx(0.05 / scale, abs=0.003)


def test_noise_among_the_discoveries_is_counted():
    one = recovered()
    noise = np.flatnonzero(one.population == "noise")
    one.scores["gabor"]["q"][noise[:20]] = 0.01

    row = find(findings([one], RIGHT), "noise among discoveries", "noise", "gabor")

    assert (row.n_voxels, row.holds) == (180, "no")
    assert row.estimate == pytest.approx(20 / 180)


def test_missed_voxels_are_counted():
    one = recovered()
    one.scores["gabor"]["q"][: N_EACH // 2] = 0.5

    row = find(findings([one], RIGHT), "voxels with ceiling", "early_visual", "gabor")

    assert (row.estimate, row.holds) == (0.5, "no")


def test_an_encoder_that_discovers_nothing_makes_no_false_discovery():
    one = recovered()
    one.scores["gabor"]["q"][:] = 1.0

    row = find(findings([one], RIGHT), "noise among discoveries", "noise", "gabor")

    assert (row.estimate, row.n_voxels) == (0.0, 0)

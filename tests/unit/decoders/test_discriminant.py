"""Discriminants against scikit-learn and the formula written out in voxel space."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.covariance import ledoit_wolf, ledoit_wolf_shrinkage
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from boldwise.decoders.discriminant import fit_discriminant, ledoit_wolf_share

SHAPES = pytest.mark.parametrize(("n_trials", "n_voxels"), [(60, 8), (24, 100)])


def problem(n_trials, n_voxels, seed=0):
    rng = np.random.default_rng(seed)
    label = np.arange(n_trials) % 3
    label[: n_trials // 4] = 0  # classes of unequal size
    values = rng.standard_normal((n_trials, n_voxels)) + 3.0
    return values + rng.standard_normal((3, n_voxels))[label], label


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(1, 60), st.integers(0, 1000))
def test_share_is_that_of_scikit_learn(n_rows, n_columns, seed):
    values = np.random.default_rng(seed).standard_normal((n_rows, n_columns))
    values *= np.linspace(1, 3, n_columns)

    share = ledoit_wolf_share(values, n_columns=n_columns)

    expected = ledoit_wolf_shrinkage(values, assume_centered=True)
    # In one dimension scikit-learn does not shrink; shrinking changes nothing.
    np.testing.assert_allclose(share, expected if n_columns > 1 else 1.0, atol=1e-9)


@SHAPES
def test_evidence_is_that_of_the_formula_in_voxel_space(n_trials, n_voxels):
    values, label = problem(n_trials, n_voxels)

    fit = fit_discriminant(values, label)

    means = np.array([values[label == k].mean(axis=0) for k in range(3)])
    covariance, share = ledoit_wolf(values - means[label], assume_centered=True)
    precision = np.linalg.inv(covariance)
    prior = np.log(np.bincount(label) / n_trials)
    bias = prior - 0.5 * np.einsum("cv,vw,cw->c", means, precision, means)
    expected = values @ precision @ means.T + bias
    evidence = values @ fit.weight + fit.bias
    np.testing.assert_allclose(fit.shrinkage, share, atol=1e-9)
    np.testing.assert_allclose(
        evidence - evidence[:, :1], expected - expected[:, :1], atol=1e-7
    )


def test_without_shrinkage_it_is_that_of_scikit_learn(monkeypatch):
    values, label = problem(60, 8)
    monkeypatch.setattr(
        "boldwise.decoders.discriminant.ledoit_wolf_share", lambda *_, n_columns: 0.0
    )

    fit = fit_discriminant(values, label)

    theirs = LinearDiscriminantAnalysis(solver="lsqr").fit(values, label)
    np.testing.assert_allclose(
        np.diff(values @ fit.weight + fit.bias),
        np.diff(theirs.decision_function(values)),
        atol=1e-8,
    )


def test_trials_that_do_not_vary_within_classes_are_told_apart():
    values = np.eye(5)[[0, 1, 0, 1]]

    fit = fit_discriminant(values, np.array([0, 1, 0, 1]))

    evidence = values @ fit.weight + fit.bias
    assert np.isfinite(evidence).all()
    assert np.argmax(evidence, axis=1).tolist() == [0, 1, 0, 1]

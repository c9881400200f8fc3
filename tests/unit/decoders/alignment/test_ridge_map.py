"""Ridge between voxel spaces: the house solver, one penalty, any unit."""

import numpy as np
from sklearn.linear_model import Ridge

from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.decoders.alignment.ridge_map import fit_ridge

from .conftest import correlate


def test_predictions_are_those_of_scikit_learn_at_the_chosen_penalty(group):
    (x, new, _), (y, _, _), *_ = group(n_align=60)
    found = fit_ridge(x, y)
    spread = np.sqrt(((x - x.mean(0)) ** 2).mean())

    other = Ridge(alpha=found.alpha * spread**2).fit(x, y)

    np.testing.assert_allclose(
        found.alignment.apply(new), other.predict(new), rtol=1e-6
    )


def test_fewer_stimuli_than_voxels_give_the_same_as_scikit_learn(group):
    (x, new, _), (y, _, _), *_ = group(n_align=25)
    found = fit_ridge(x, y)
    spread = np.sqrt(((x - x.mean(0)) ** 2).mean())

    other = Ridge(alpha=found.alpha * spread**2).fit(x, y)

    np.testing.assert_allclose(
        found.alignment.apply(new), other.predict(new), rtol=1e-6
    )


def test_the_penalty_does_not_depend_on_units(group):
    (x, new, _), (y, _, _), *_ = group()

    plain, other = fit_ridge(x, y), fit_ridge(1e3 * x, 1e-2 * y)

    assert other.alpha == plain.alpha
    np.testing.assert_allclose(
        other.alignment.apply(1e3 * new), 1e-2 * plain.alignment.apply(new), rtol=1e-6
    )


def test_strong_columns_choose_the_penalty(group):
    # Weak columns of pure noise would ask for the largest penalty.
    (x, _, _), (y, _, _), *_ = group(noise=0.3)
    noise = 1e-3 * np.random.default_rng(0).standard_normal((len(y), 400))

    plain, other = fit_ridge(x, y), fit_ridge(x, np.hstack([y, noise]))

    assert other.alpha == plain.alpha
    np.testing.assert_allclose(other.cv_score, plain.cv_score, atol=1e-3)


def test_ridge_beats_procrustes_with_few_stimuli_and_the_gap_closes():
    spread = np.arange(1, 61) ** -0.5
    gap = {}
    for n_align in (60, 2000):
        r = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            turn, axes = np.linalg.qr(rng.standard_normal((2, 60, 60)))[0]
            latent = rng.standard_normal((n_align + 200, 60)) * spread @ axes
            x, y = (
                one + 0.3 * rng.standard_normal(one.shape)
                for one in (latent, latent @ turn)
            )
            pair = x[:n_align], y[:n_align]
            found = fit_ridge(*pair).alignment, fit_procrustes(*pair)
            r.append([correlate(one.apply(x[n_align:]), y[n_align:]) for one in found])
        gap[n_align] = np.subtract(*np.mean(r, axis=0))

    assert gap[60] > 0.05
    assert gap[2000] < 0.6 * gap[60]

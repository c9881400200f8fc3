"""Generalised hyperalignment: nobody is first, gains do not run away."""

import numpy as np

from boldwise.decoders.alignment.hyperalignment import fit_hyperalignment

from .conftest import correlate


def turned_copies(gains=(1.0, 1.0, 1.0), noise=0.5):
    rng = np.random.default_rng(0)
    common = rng.standard_normal((60, 12))
    return common, [
        gain * common @ np.linalg.qr(rng.standard_normal((12, 12)))[0]
        + noise * rng.standard_normal((60, 12))
        for gain in gains
    ]


def test_turned_copies_come_together():
    _, subjects = turned_copies(noise=0.0)

    found = fit_hyperalignment(subjects)

    for alignment, one in zip(found.alignments, subjects, strict=True):
        np.testing.assert_allclose(alignment.apply(one), found.pattern, atol=1e-8)


def test_the_template_holds_more_of_what_is_common_than_one_subject_does():
    common, subjects = turned_copies()
    found = fit_hyperalignment(subjects)

    def shared(pattern):
        weight = np.linalg.lstsq(pattern, common, rcond=None)[0]
        return correlate(pattern @ weight, common)

    assert shared(found.pattern) > shared(subjects[0]) + 0.02


def test_gains_are_found_and_keep_their_mean():
    _, subjects = turned_copies(gains=(1.0, 2.0, 4.0), noise=0.0)

    found = fit_hyperalignment(subjects, scale=True)
    gain = np.array([np.linalg.norm(a.pieces[0].right, 2) for a in found.alignments])

    np.testing.assert_allclose(gain / gain[0], [1, 0.5, 0.25], rtol=1e-6)
    np.testing.assert_allclose(gain.prod(), 1.0)


def test_gains_bring_subjects_of_other_units_together():
    _, subjects = turned_copies(gains=(1.0, 3.0, 9.0))

    spread = []
    for scale in (False, True):
        found = fit_hyperalignment(subjects, scale=scale)
        moved = [a.apply(x) for a, x in zip(found.alignments, subjects, strict=True)]
        spread.append(np.var(moved, axis=0).mean() / np.var(moved))
    assert spread[1] < 0.2 * spread[0]


def test_the_order_of_subjects_changes_nothing():
    _, subjects = turned_copies()

    plain, other = fit_hyperalignment(subjects), fit_hyperalignment(subjects[::-1])

    np.testing.assert_allclose(other.pattern, plain.pattern, atol=1e-8)


def test_one_subject_is_its_own_template():
    _, (one, *_) = turned_copies()

    found = fit_hyperalignment([one])

    own = one - one.mean(axis=0)
    np.testing.assert_allclose(found.pattern @ found.pattern.T, own @ own.T, atol=1e-8)

"""The shared response model: its objective falls, and it serves new subjects."""

import numpy as np

from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.decoders.alignment.shared_response import fit_shared_response

from .conftest import top1


def aligned(group):
    return [one for one, *_ in group]


def test_bases_are_orthonormal_and_the_pattern_is_the_mean(group):
    subjects = aligned(group())
    found = fit_shared_response(subjects, n_components=5)

    for one in found.alignments:
        basis = one.pieces[0].left
        np.testing.assert_allclose(basis.T @ basis, np.eye(5), atol=1e-10)
    np.testing.assert_allclose(found.average(subjects), found.pattern, atol=1e-10)


def test_more_rounds_explain_more(group):
    subjects = aligned(group(noise=3.0))

    def unexplained(n_iterations):
        found = fit_shared_response(subjects, n_components=8, n_iterations=n_iterations)
        return sum(
            (((one - one.mean(0)) - found.pattern @ a.pieces[0].left.T) ** 2).sum()
            for one, a in zip(subjects, found.alignments, strict=True)
        )

    left = [unexplained(n) for n in (1, 3, 10, 30)]
    assert np.all(np.diff(left) < 0)


def test_without_noise_a_held_out_subject_is_placed_exactly(group):
    *others, (new, test, _) = group(noise=0.0)
    found = fit_shared_response(aligned(others), n_components=8)

    placed = fit_procrustes(new, found.pattern).apply(test)
    shared = found.average([one for _, one, _ in others])

    # Bases are orthonormal, mixtures are not: the best rotation is no exact map.
    assert top1(placed, shared) > 0.95


def test_the_order_of_subjects_changes_nothing(group):
    subjects = aligned(group())

    plain = fit_shared_response(subjects, n_components=6)
    other = fit_shared_response(subjects[::-1], n_components=6)

    np.testing.assert_allclose(other.pattern, plain.pattern, atol=1e-8)
    for one, same in zip(plain.alignments, other.alignments[::-1], strict=True):
        np.testing.assert_allclose(same.pieces[0].left, one.pieces[0].left, atol=1e-8)


def test_turning_a_voxel_space_changes_nothing(group):
    subjects = aligned(group())
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((40, 40)))[0]

    plain = fit_shared_response(subjects, n_components=6)
    turned = fit_shared_response([subjects[0] @ turn, *subjects[1:]], n_components=6)

    np.testing.assert_allclose(turned.pattern, plain.pattern, atol=1e-8)


def test_no_more_components_are_found_than_stimuli_determine(group):
    found = fit_shared_response(aligned(group(n_align=10)), n_components=40)

    assert found.pattern.shape == (10, 9)

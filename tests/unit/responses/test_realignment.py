"""Realignment finds the simulated motion: the acceptance of the preprocessing."""

import numpy as np
import pytest
from scipy import ndimage

from boldwise.errors import DataError
from boldwise.responses.realignment import estimate_motion, mean_reference
from boldwise.responses.rigid import Volume, matrix_of, motion_of
from boldwise.simulate import scanner as scanner_module
from boldwise.simulate.brains import draw_brain
from boldwise.simulate.haemodynamics import draw_response_functions
from boldwise.simulate.motion import draw_motion, move
from boldwise.simulate.protocol import Protocol, RunPlan
from boldwise.simulate.scanner import Scanner

N_VOLUMES = 16
LARGEST = np.repeat([2.0, np.deg2rad(2.0)], 3)
PROTOCOL = Protocol(
    n_shared=10,
    n_repeats=2,
    n_unique=20,
    trials_per_run=20,
    trial_spacing_s=4.0,
    tr_s=2.0,
)


def large_motion(n_volumes, *, rng):
    """Motion of the scanner, stretched to 2 mm and 2 degrees."""
    motion = draw_motion(n_volumes, rng=rng)
    return motion / np.abs(motion).max(0) * LARGEST


@pytest.fixture(scope="module")
def scans():
    """One run with the scanner's own motion, one with large motion; full noise."""
    brain = draw_brain("01", n_responsive=60, n_noise=40, seed=3)
    amplitude = np.full((2, len(brain.anatomy.ijk)), 1.0)
    functions = draw_response_functions("01", seed=3)
    scanner = Scanner(brain.anatomy, amplitude, functions, PROTOCOL, 1.0)
    plan = RunPlan("01", np.array([0, 1]), np.array([4.0, 16.0]), N_VOLUMES)
    rng, found = np.random.default_rng(7), {}
    for name, draw in (("own", draw_motion), ("large", large_motion)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scanner_module, "draw_motion", draw)
            found[name] = next(scanner.scan([plan], rng=rng))
    return found, brain.anatomy.affine


def errors(estimate, truth):
    """Median error in mm and in degrees."""
    gap = np.abs(estimate - truth)
    return np.median(gap[:, :3]), np.rad2deg(np.median(gap[:, 3:]))


@pytest.mark.parametrize("name", ["own", "large"])
def test_simulated_motion_is_found_within_a_tenth(scans, name):
    runs, affine = scans
    run = runs[name]
    reference = mean_reference(run.raw, affine)

    estimate = estimate_motion(run.raw, affine, reference)

    shift_mm, turn_deg = errors(estimate, run.motion)
    assert shift_mm <= 0.1
    assert turn_deg <= 0.1
    assert np.abs(estimate - run.motion)[:, :3].max() < 0.2


def test_the_same_run_gives_the_same_numbers(scans):
    runs, affine = scans
    first = Volume(runs["own"].raw[..., 0], affine)
    some = runs["own"].raw[..., :3]

    np.testing.assert_array_equal(
        estimate_motion(some, affine, first), estimate_motion(some, affine, first)
    )


def test_a_run_on_another_grid_is_found_in_the_world(scans):
    """As in another session: the head lies centimetres away, on a flipped grid."""
    runs, affine = scans
    run = runs["own"]
    first = Volume(run.raw[..., 0], affine)
    apart = matrix_of(np.array([12, -8, 10, 0.1, -0.06, 0.15]), first.centre)
    flip = np.diag([-1.0, 1, 1, 1])
    flip[0, 3] = run.raw.shape[0] - 1

    estimate = estimate_motion(run.raw[::-1, ..., :4], apart @ affine @ flip, first)

    truth = [
        motion_of(apart @ matrix_of(one, first.centre), first.centre)
        for one in run.motion[:4]
    ]
    shift_mm, turn_deg = errors(estimate, np.array(truth))
    assert shift_mm <= 0.1
    assert turn_deg <= 0.1


def test_the_reference_is_sharp_and_lies_as_the_first_volume(scans):
    runs, affine = scans
    raw = runs["large"].raw
    first = raw[..., 0].astype(float)

    reference = mean_reference(raw, affine)

    blurred = raw[..., :20].mean(3)
    gap = np.abs(reference.image - first).mean()
    assert gap < 0.7 * np.abs(blurred - first).mean()
    np.testing.assert_array_equal(reference.affine, affine)


def test_one_slice_cannot_be_realigned(scans):
    _, affine = scans
    bold = np.ones((40, 20, 1, 5))

    with pytest.raises(DataError, match="cannot be realigned in three dimensions"):
        estimate_motion(bold, affine, Volume(bold[..., 0], affine))


def test_a_volume_that_does_not_overlap_is_named(scans):
    runs, affine = scans
    far = affine.copy()
    far[0, 3] += 1000

    with pytest.raises(DataError, match="volume 0 cannot be registered"):
        estimate_motion(
            runs["own"].raw[..., :2], far, Volume(runs["own"].raw[..., 0], affine)
        )


def test_a_nearly_round_head_does_not_end_the_search_early():
    """Its edge tells nothing of rotations: only the structure inside does."""
    rng = np.random.default_rng(3)
    shape, affine = (22, 24, 20), np.diag([4.0, 4.0, 4.0, 1.0])
    middle = (np.array(shape)[:, None, None, None] - 1) / 2
    inside = (((np.indices(shape) - middle) * 4.0) ** 2).sum(0) < 32**2
    texture = ndimage.gaussian_filter(rng.normal(size=shape), 2)
    head = np.where(inside, 1000 + 200 * texture / texture.std(), 50)
    head = ndimage.gaussian_filter(head, 0.8)
    motion = np.array([1.2, -0.8, 1.0, 0.02, -0.015, 0.02])
    moved = move(head, motion, affine=affine) + rng.normal(0, 5, shape)

    estimate = estimate_motion(moved[..., None], affine, Volume(head, affine))[0]

    np.testing.assert_allclose(estimate[:3], motion[:3], atol=0.03)
    np.testing.assert_allclose(estimate[3:], motion[3:], atol=np.deg2rad(0.1))


def test_a_reference_without_structure_is_refused():
    bold = np.full((8, 8, 8, 2), 100.0)

    with pytest.raises(DataError, match="the reference has no structure along"):
        estimate_motion(bold, np.eye(4), Volume(bold[..., 0], np.eye(4)))

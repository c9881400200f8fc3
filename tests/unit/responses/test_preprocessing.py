"""A raw run becomes one that can be modelled, by one interpolation in space."""

import numpy as np
import pytest
from scipy import ndimage

from boldwise.errors import DataError
from boldwise.responses.preprocessing import RawRun, preprocess_run, refuse_flat
from boldwise.responses.rigid import Volume
from boldwise.simulate.motion import move

AFFINE = np.diag([4.0, 4.0, 4.0, 1.0])
SHAPE, N_VOLUMES = (22, 24, 20), 12
SLICE_TIME_S = np.linspace(0, 1.8, SHAPE[2])


@pytest.fixture(scope="module")
def head():
    """Make a smooth head with structure inside."""
    rng = np.random.default_rng(3)
    xyz = (np.indices(SHAPE) - (np.array(SHAPE)[:, None, None, None] - 1) / 2) * 4.0
    inside = (xyz**2).sum(0) < 32**2
    texture = ndimage.gaussian_filter(rng.normal(size=SHAPE), 2)
    image = np.where(inside, 1000 + 200 * texture / texture.std(), 50)
    return ndimage.gaussian_filter(image, 0.8)


@pytest.fixture(scope="module")
def raw(head):
    """Scan a still head with a little noise."""
    rng = np.random.default_rng(4)
    bold = head[..., None] + rng.normal(0, 5, size=(*SHAPE, N_VOLUMES))
    return RawRun(bold.astype(np.float32), AFFINE, 2.0)


def test_without_options_the_values_stay_as_scanned(raw):
    run = preprocess_run(raw, None)

    np.testing.assert_array_equal(run.bold, raw.bold)
    assert run.motion is None
    assert run.mask.any()
    assert "framewise_displacement" not in run.confounds


def test_motion_is_undone_and_told(head, raw):
    motion = np.zeros((N_VOLUMES, 6))
    motion[5:] = [1.2, -0.8, 1.0, 0.02, -0.015, 0.02]
    moved = np.stack([move(head, one, affine=AFFINE) for one in motion], axis=-1)
    noisy = moved + raw.bold - head[..., None]

    run = preprocess_run(RawRun(noisy, AFFINE, 2.0), Volume(head, AFFINE))

    np.testing.assert_allclose(run.motion[:, :3], motion[:, :3], atol=0.05)
    np.testing.assert_allclose(run.motion[:, 3:], motion[:, 3:], atol=0.003)
    late, early = run.bold[..., 5:].mean(3), run.bold[..., :5].mean(3)
    scanned = noisy[..., 5:].mean(3) - noisy[..., :5].mean(3)
    assert np.abs(late - early)[run.mask].mean() < np.abs(scanned)[run.mask].mean() / 4
    assert run.confounds["framewise_displacement"][5] == pytest.approx(5.75, abs=0.3)


def test_slices_are_brought_to_the_middle_of_the_tr(head):
    volume_s = np.arange(60) * 2.0
    wave = np.sin(2 * np.pi * (volume_s + SLICE_TIME_S[:, None]) / 15)
    bold = head[..., None] * (1 + 0.05 * wave)

    run = preprocess_run(RawRun(bold, AFFINE, 2.0, SLICE_TIME_S), None)

    expected = head[..., None] * (1 + 0.05 * np.sin(2 * np.pi * (volume_s + 1) / 15))
    gap = np.abs(run.bold - expected)[run.mask][:, 5:-5]
    assert gap.max() < 0.001 * 1000


def test_the_result_lies_on_the_grid_of_the_reference(head, raw):
    shifted = AFFINE.copy()
    shifted[2, 3] = 2 * 4.0
    cut = Volume(head[:, :, 2:], shifted)

    run = preprocess_run(raw, cut)

    assert run.bold.shape == (*cut.image.shape, N_VOLUMES)
    np.testing.assert_array_equal(run.affine, cut.affine)
    gap = np.abs(run.bold.mean(3) - raw.bold[:, :, 2:].mean(3))
    assert gap[run.mask].mean() < 5


def test_smoothing_has_the_width_asked_for_and_leaves_the_confounds(raw):
    plain = preprocess_run(raw, None)
    smooth = preprocess_run(raw, None, smooth_mm=8.0)

    sigma = 8.0 / 4.0 / np.sqrt(8 * np.log(2))
    expected = ndimage.gaussian_filter(raw.bold[..., 3], sigma)
    np.testing.assert_allclose(smooth.bold[..., 3], expected, rtol=1e-5)
    np.testing.assert_array_equal(smooth.confounds["dvars"], plain.confounds["dvars"])


def test_the_raw_run_is_not_modified(raw):
    kept = raw.bold.copy()

    preprocess_run(raw, None, smooth_mm=6.0)

    np.testing.assert_array_equal(raw.bold, kept)


@pytest.mark.parametrize(
    ("bold", "told"),
    [
        (np.zeros((3, 3, 3, 5)), "all voxels are 0 or not finite in all 5 volumes"),
        (np.full((3, 3, 3, 5), np.nan), "all voxels are 0 or not finite"),
        (np.full((3, 3, 3, 5), 7.0), "flat: no voxel changes over 5 volumes"),
    ],
)
def test_a_flat_run_is_refused(bold, told):
    with pytest.raises(DataError, match=told):
        refuse_flat(bold)

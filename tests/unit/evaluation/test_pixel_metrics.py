"""Pixel metrics agree with torchvision's resizing and scikit-image's SSIM."""

import numpy as np
import pytest
import torch
from skimage.color import rgb2gray
from skimage.metrics import structural_similarity as ssim_of_skimage

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.pixel_metrics import (
    pixel_correlation,
    resize_picture,
    structural_similarity,
)

RNG = np.random.default_rng(0)
ORIGINAL = RNG.integers(0, 256, (3, 40, 40, 3), np.uint8)
BLURRED = (0.7 * ORIGINAL + 0.3 * RNG.integers(0, 256, ORIGINAL.shape)).astype(np.uint8)


def by_torch(picture, size):
    """Antialiased bilinear interpolation of a tensor, as torchvision resizes it."""
    tensor = torch.from_numpy(picture / 255.0).permute(2, 0, 1)[None]
    options = {"mode": "bilinear", "antialias": True}
    resized = torch.nn.functional.interpolate(tensor, (size, size), **options)
    return resized[0].permute(1, 2, 0).numpy()


@pytest.mark.parametrize("size", [425, 40, 17])
@pytest.mark.parametrize("shape", [(40, 40), (64, 31)])
def test_pictures_are_resized_as_by_torch(shape, size):
    picture = RNG.integers(0, 256, (*shape, 3), np.uint8)

    found = resize_picture(picture, size)

    np.testing.assert_allclose(found, by_torch(picture, size), atol=2e-6)


def test_pixel_correlations_are_over_all_values_at_425_pixels():
    found = pixel_correlation(BLURRED, ORIGINAL)

    expected = [
        np.corrcoef(by_torch(a, 425).ravel(), by_torch(b, 425).ravel())[0, 1]
        for a, b in zip(BLURRED, ORIGINAL, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert 0.5 < found.mean() < 1


def test_structural_similarity_is_that_of_scikit_image_as_published():
    found = structural_similarity(BLURRED, ORIGINAL)

    expected = [
        ssim_of_skimage(
            *(rgb2gray(by_torch(one, 425)) for one in pair),
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=1.0,
        )
        for pair in zip(BLURRED, ORIGINAL, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert 0.3 < found.mean() < 0.99


def test_a_picture_is_like_itself_in_any_number_format():
    as_float = ORIGINAL / 255

    np.testing.assert_allclose(pixel_correlation(as_float, ORIGINAL, size=60), 1)
    np.testing.assert_allclose(structural_similarity(as_float, ORIGINAL, size=60), 1)


def test_a_picture_of_one_value_has_no_correlation():
    grey = np.full_like(ORIGINAL, 128)

    assert np.isnan(pixel_correlation(grey, ORIGINAL, size=60)).all()
    assert np.isfinite(structural_similarity(grey, ORIGINAL, size=60)).all()


def test_what_is_no_pair_of_pictures_is_refused():
    with pytest.raises(ShapeMismatchError, match="2 reconstructions, but 3 originals"):
        pixel_correlation(ORIGINAL[:2], ORIGINAL)
    with pytest.raises(DataError, match=r"\(height, width, 3\), not \(40, 40\)"):
        resize_picture(ORIGINAL[0, ..., 0], 10)
    with pytest.raises(DataError, match="from -1 to 1"):
        resize_picture(np.linspace(-1, 1, 48).reshape(4, 4, 3), 10)

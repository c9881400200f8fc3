"""Records of scores by number of images: what is fitted beside, and what comes out.

Apart from the fits, so that tables and figures need no torch.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.features.records import FittedFeatures


@dataclass(frozen=True)
class RidgeBeside:
    """A ridge that is fitted to the images of an encoder.

    Attributes
    ----------
    spaces : tuple of FittedFeatures
    alphas : array of shape (n_alphas,)
    """

    spaces: tuple[FittedFeatures, ...]
    alphas: np.ndarray


@dataclass(frozen=True)
class Curve:
    """Scores of one subject's voxels by number of images.

    Attributes
    ----------
    n_images : array of int, shape (n_numbers,)
        Training images of the subject in each outer fold.
    r : dict of model to array of float64, shape (n_numbers, V)
        Correlation over the test stimuli, mean over folds.
    """

    n_images: np.ndarray
    r: dict[str, np.ndarray]

"""Generalised hyperalignment: all subjects turned onto their own mean."""

from collections.abc import Sequence

import numpy as np

from boldwise.decoders.alignment.linear_map import check_rows
from boldwise.decoders.alignment.procrustes import rotation
from boldwise.decoders.alignment.template import Template, as_alignment, common_start


def fit_hyperalignment(
    subjects: Sequence[np.ndarray], *, scale: bool = False, n_iterations: int = 10
) -> Template:
    """Turn every subject onto the mean of the others, again and again.

    Generalised Procrustes analysis [1]_, which hyperalignment [2]_ is with voxels as
    coordinates: each subject is turned onto the mean of the *other* turned subjects,
    and the template is the mean of all. Differs from [2]_ in that nobody is the first:
    the start is common to all, so that the order of the subjects does not matter.
    All directions that the stimuli determine are kept.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)
        Two or more; rows show the same stimuli, numbers of voxels may differ.
    scale : bool
        Fit a gain for each subject, too; their geometric mean is 1.
    n_iterations : int

    Returns
    -------
    template : Template
        ``pattern`` of shape (n_align, n_common), n_common at most ``n_align - 1``.

    Raises
    ------
    ShapeMismatchError, DataError
        As ``check_rows``.

    References
    ----------
    .. [1] Gower (1975). Psychometrika 40:33-51.
    .. [2] Haxby et al. (2011). Neuron 72:404-416.
    """
    means = [one.mean(axis=0, dtype=np.float64) for one in check_rows(subjects)]
    centred = [one - mean for one, mean in zip(subjects, means, strict=True)]
    template, spans = common_start(centred, n_components=len(centred[0]))
    turned = [template] * len(spans)
    for _ in range(n_iterations):
        maps = [
            _turn(along, _mean_of_others(turned, number), scale=scale)
            for number, (along, _) in enumerate(spans)
        ]
        maps = [one / _mean_gain(maps) for one in maps] if scale else maps
        turned = [along @ one for (along, _), one in zip(spans, maps, strict=True)]
    alignments = [
        as_alignment(mean, axes, one, template.shape[1])
        for mean, (_, axes), one in zip(means, spans, maps, strict=True)
    ]
    return Template(np.mean(turned, axis=0), alignments)


def _turn(along: np.ndarray, onto: np.ndarray, *, scale: bool) -> np.ndarray:
    left, right, gain = rotation(along, onto)
    return np.asarray(left @ right * (gain if scale else 1.0))


def _mean_of_others(turned: Sequence[np.ndarray], number: int) -> np.ndarray:
    others = [one for k, one in enumerate(turned) if k != number]
    return np.asarray(np.mean(others or turned, axis=0))


def _mean_gain(maps: Sequence[np.ndarray]) -> float:
    """Geometric mean of the gains, which without this would all shrink together."""
    gains = [np.linalg.norm(one, 2) for one in maps]
    return float(np.exp(np.log(np.maximum(gains, 1e-300)).mean()))

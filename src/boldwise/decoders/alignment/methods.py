"""Methods of alignment by name, with the options of a config."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from boldwise.decoders.alignment.anatomical import fit_anatomical
from boldwise.decoders.alignment.hyperalignment import fit_hyperalignment
from boldwise.decoders.alignment.linear_map import Alignment
from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.decoders.alignment.ridge_map import fit_ridge
from boldwise.decoders.alignment.shared_response import fit_shared_response
from boldwise.decoders.alignment.template import Template, average_anatomy
from boldwise.decoders.alignment.transport import fit_transport
from boldwise.linear.folds import Folds
from boldwise.linear.plan import penalty_grid

ANATOMICAL = "anatomical"
PAIRS = ("procrustes", "ridge", "optimal_transport")
GROUPS = (ANATOMICAL, "shared_response", "hyperalignment")

Pair = Callable[[np.ndarray, np.ndarray], Alignment]


def pair_method(options: Mapping[str, Any], cv: np.ndarray | Folds) -> Pair:
    """Choose what aligns one subject with another.

    Parameters
    ----------
    options : mapping
        ``kind``, one of ``PAIRS``, and its options: ``scale``; ``penalties``; or
        ``regularisation``.
    cv : array of int, shape (n_align,), or list of (array of int, array of int)
        Inner folds, where a penalty is chosen.

    Returns
    -------
    fit : callable
        ``fit(source, target) -> Alignment``.
    """
    if options["kind"] == "procrustes":
        return partial(fit_procrustes, scale=options["scale"])
    if options["kind"] == "optimal_transport":
        return partial(fit_transport, regularisation=options["regularisation"])
    return ridge_method(options, cv)


def ridge_method(options: Mapping[str, Any], cv: np.ndarray | Folds) -> Pair:
    """Take ridge as a method of a pair.

    Parameters
    ----------
    options : mapping
        ``penalties``.
    cv : array of int, shape (n_align,), or list of (array of int, array of int)
        Inner folds.

    Returns
    -------
    fit : callable
    """
    alphas = penalty_grid(**options["penalties"])

    def fit(source: np.ndarray, target: np.ndarray) -> Alignment:
        return fit_ridge(source, target, alphas=alphas, cv=cv).alignment

    return fit


def fit_template(
    subjects: Sequence[np.ndarray], options: Mapping[str, Any]
) -> Template:
    """Bring a group of subjects into common columns.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)
        Rows show the same stimuli.
    options : mapping
        ``kind``, one of ``GROUPS``, and its options: ``n_components`` and
        ``n_iterations``; or ``scale`` and ``n_iterations``.

    Returns
    -------
    template : Template
    """
    own = {
        name: options[name]
        for name in ("n_components", "n_iterations", "scale")
        if name in options
    }
    if options["kind"] == "shared_response":
        return fit_shared_response(subjects, **own)
    if options["kind"] == "hyperalignment":
        return fit_hyperalignment(subjects, **own)
    return average_anatomy(subjects)


def place_method(options: Mapping[str, Any], cv: np.ndarray | Folds) -> Pair:
    """Choose what places a new subject in a template.

    Parameters
    ----------
    options : mapping
        As for ``fit_template``, with ``readout``: ``ridge`` (with ``penalties``), or
        ``none`` for the way by which the others came there.
    cv : array of int, shape (n_align,), or list of (array of int, array of int)
        Inner folds, where a penalty is chosen.

    Returns
    -------
    fit : callable
        ``fit(responses, template.pattern) -> Alignment``.
    """
    if options["readout"] == "ridge":
        return ridge_method(options, cv)
    if options["kind"] == ANATOMICAL:
        return fit_anatomical
    return partial(fit_procrustes, scale=options.get("scale", False))

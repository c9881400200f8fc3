"""Which regions carry a linear decoder: fitted anew on each alone, and without each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from boldwise.decoders.data import DecodingData, OuterFold, outer_folds
from boldwise.decoders.linear import RidgeDecoder
from boldwise.errors import DataError, name_some
from boldwise.evaluation.identification import identify
from boldwise.evaluation.region_ablation import ablate_regions
from boldwise.features.records import FittedFeatures
from boldwise.linear.plan import penalty_grid

Masks = dict[str, np.ndarray]


@dataclass(frozen=True)
class Ablation:
    """Two-way identification by parts of the voxels, per test item.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_items,)
    region : array of str, shape (n_regions,)
    n_voxels : array of int, shape (n_regions,)
    all_voxels : array of shape (n_items,)
        Share of distractors that are beaten; chance is 0.5.
    alone, left_out : array of shape (n_regions, n_items)
        From the region, and from all voxels but its own; NaN if there are none.
    alone_p, lost_p : array of shape (n_regions,)
        Two-sided, of the difference from all voxels.
    too_small : list of str
        Regions that were left out for having too few voxels.
    """

    stimulus_id: np.ndarray
    region: np.ndarray
    n_voxels: np.ndarray
    all_voxels: np.ndarray
    alone: np.ndarray
    left_out: np.ndarray
    alone_p: np.ndarray
    lost_p: np.ndarray
    too_small: list[str]

    def datasets(self) -> dict[str, np.ndarray]:
        """Arrays to store, by name, in the shapes above."""
        found = vars(self)
        return {name: one for name, one in found.items() if name != "too_small"}


def ablate_decoder(
    data: DecodingData, options: Mapping[str, Any], *, n_permutations: int, seed: int
) -> Ablation:
    """Decode from each region alone and from all voxels but its own.

    Every decoder chooses its penalties anew, within the training stimuli.

    Parameters
    ----------
    data : DecodingData
        Responses of shape (n_trials, n_voxels), with regions, and a target space.
    options : mapping
        Of the decoder, as in the config: ``penalties`` and ``ablation``.
    n_permutations : int
    seed : int

    Returns
    -------
    ablation : Ablation

    Raises
    ------
    DataError
        If there is no target, or no region is large enough.
    """
    if data.target is None:
        raise DataError("an ablation decodes a feature space; name the target.")
    masks, small = choose_masks(data.responses.voxels.roi, options["ablation"])
    folds, alphas = list(outer_folds(data)), penalty_grid(**options["penalties"])
    known: dict[bytes, np.ndarray] = {}
    target = data.target

    def decode(mask: np.ndarray) -> np.ndarray:
        key = mask.tobytes()
        if key not in known:
            known[key] = _two_way(folds, target, mask, alphas)
        return known[key]

    n_voxels = len(data.responses.voxels)
    _, effects = ablate_regions(
        decode, masks, n_voxels=n_voxels, n_permutations=n_permutations, seed=seed
    )
    nothing = np.full(sum(len(fold.test_id) for fold in folds), np.nan)
    return Ablation(
        stimulus_id=np.concatenate([fold.test_id for fold in folds]),
        region=np.array(list(masks)),
        n_voxels=np.array([one.n_voxels for one in effects.values()]),
        all_voxels=decode(np.ones(n_voxels, bool)),
        alone=np.stack([decode(mask) for mask in masks.values()]),
        left_out=np.stack(
            [nothing if mask.all() else decode(~mask) for mask in masks.values()]
        ),
        alone_p=np.array([one.alone_p for one in effects.values()]),
        lost_p=np.array([one.lost_p for one in effects.values()]),
        too_small=small,
    )


def choose_masks(
    regions: Mapping[str, np.ndarray], options: Mapping[str, Any]
) -> tuple[Masks, list[str]]:
    """Pick the regions to ablate, joined to networks where that is asked for.

    Parameters
    ----------
    regions : mapping of name to array of bool, shape (n_voxels,)
    options : mapping
        ``by``, ``networks`` and ``min_voxels``, as in the config.

    Returns
    -------
    masks : dict of name to array of bool, shape (n_voxels,)
    too_small : list of str

    Raises
    ------
    DataError
        If there are no regions, a network names none of them, or all are small.
    """
    if not regions:
        raise DataError(
            "these responses have no regions of interest to ablate. Give `rois` or "
            "`atlases` under dataset, or leave `ablation` out."
        )
    wanted = dict(regions)
    if options["by"] == "networks":
        wanted = {
            name: _join(name, parts, regions)
            for name, parts in options["networks"].items()
        }
    least = options["min_voxels"]
    masks = {name: one for name, one in wanted.items() if one.sum() >= least}
    if not masks:
        largest = max(int(one.sum()) for one in wanted.values())
        raise DataError(
            f"none of {len(wanted)} regions has {least} voxels, the largest has "
            f"{largest}. Lower ablation.min_voxels."
        )
    return masks, [name for name in wanted if name not in masks]


def _join(
    network: str, parts: Sequence[str], regions: Mapping[str, np.ndarray]
) -> np.ndarray:
    found = [n for n in regions if any(fnmatchcase(n, part) for part in parts)]
    if not found:
        raise DataError(
            f"network '{network}' names no region of this subject: {name_some(parts)}. "
            f"Regions are {name_some(regions)}."
        )
    joined: np.ndarray = np.any([regions[name] for name in found], axis=0)
    return joined


def _two_way(
    folds: Iterable[OuterFold],
    target: FittedFeatures,
    mask: np.ndarray,
    alphas: np.ndarray,
) -> np.ndarray:
    """Share of distractors that each test item beats, from some voxels."""
    parts = []
    for fold in folds:
        space = target.fold(fold.number)
        cv = fold.inner if fold.apart is None else fold.apart
        decoder = RidgeDecoder(alphas=alphas, cv=cv)
        decoder.fit(fold.train[:, mask], space.rows(fold.train_id))
        said = decoder.predict(fold.test[:, mask])
        true = decoder.targets_.apply(space.rows(fold.test_id))
        ranks = identify(said, true, np.zeros(len(said), np.int64))
        parts.append((ranks.n_pool - ranks.rank) / (ranks.n_pool - 1))
    return np.concatenate(parts)

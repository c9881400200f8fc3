"""Encoders of one subject on tokens: region queries, and spatial readouts.

Letters for shapes: T tokens, R queries, V voxels.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.query_groups import QueryGroups, group_queries
from boldwise.encoders.trained_rows import FoldRows
from boldwise.encoders.trained_task import FoldFit, FoldTask, TokenSpace
from boldwise.encoders.visual_field import FieldShares
from boldwise.features.records import find_rows
from boldwise.training.options import TrainingOptions
from boldwise.training.weights import weights_of

if TYPE_CHECKING:
    from boldwise.encoders.fit_region_query import (
        Member,
        RegionQueryFit,
        RegionQueryOptions,
    )


def fit_queries(task: FoldTask) -> FoldFit:
    """Fit a region-query encoder, or an ensemble over spaces and seeds.

    Parameters
    ----------
    task : FoldTask
        Of one subject, on one token space or several.

    Returns
    -------
    fit : FoldFit
        ``found``: ``attention/SPACE`` (n_test, R, T) on ``grid/SPACE`` (2,) for the
        stimuli ``test_id`` (n_test,), ``query`` (R,), ``member`` (R, V) and, of an
        ensemble, ``share`` (n_spaces, V).
    """
    (subject,), options = task.wanted, task.options
    rows = task.rows[subject]
    groups, member = _groups(rows, options)
    studies = {one.name: _study(one, rows) for one in task.sources.tokens}
    found: dict[str, np.ndarray] = {"query": groups.name, "member": groups.member}
    found["test_id"] = rows.test_id
    found |= {f"grid/{n}": np.array(one.grid) for n, one in studies.items()}
    prediction, fits, share = _fit_members(studies, member, task)
    each = {
        f"{name}-seed{options['training']['seed'] + number}": one
        for name, own in fits.items()
        for number, one in enumerate(own)
    }
    return FoldFit(
        prediction={subject: prediction},
        weights={label: weights_of(one.model) for label, one in each.items()},
        histories={label: one.history for label, one in each.items()},
        found={**found, **share, **_attention(fits)},
        n_parameters=sum(one.n_parameters for one in each.values()),
    )


def _fit_members(
    studies: Mapping[str, MapStudy], member: "Member", task: FoldTask
) -> tuple[np.ndarray, dict[str, list["RegionQueryFit"]], dict[str, np.ndarray]]:
    """Fit one model, or spaces times seeds: prediction, fits by space, shares."""
    from boldwise.encoders.fit_region_query import fit_ensemble, fit_region_query

    chosen = _query_options(task)
    first, n_seeds = chosen.training.seed, task.options["n_seeds"]
    if len(studies) * n_seeds > 1:
        seeds, given = range(first, first + n_seeds), {"folder": task.folder}
        mixed = fit_ensemble(studies, member, seeds=seeds, options=chosen, **given)
        return mixed.prediction, mixed.fits, {"share": mixed.share}
    ((name, study),) = studies.items()
    single = fit_region_query(
        study, member, options=chosen, folder=task.folder, progress=task.progress
    )
    return single.prediction, {name: [single]}, {}


def _query_options(task: FoldTask) -> "RegionQueryOptions":
    from boldwise.encoders.fit_region_query import RegionQueryOptions
    from boldwise.encoders.region_query import RegionQuerySizes

    options, (subject,) = task.options, task.wanted
    sizes = {name: options[name] for name in ("n_heads", "hidden", "dropout")}
    return RegionQueryOptions(
        sizes=RegionQuerySizes(**sizes),
        validation_share=task.rows[subject].least_share(options["validation_share"]),
        training=TrainingOptions(**options["training"]),
    )


def fit_places(task: FoldTask) -> FoldFit:
    """Fit a spatial readout of one token space.

    Parameters
    ----------
    task : FoldTask
        Of one subject.

    Returns
    -------
    fit : FoldFit
        ``found``: ``field/x``, ``field/y``, ``field/size_x``, ``field/size_y``, each
        of shape (V,), in shares of the picture.
    """
    from boldwise.encoders.fit_readout import ReadoutOptions, fit_readout

    (subject,), options = task.wanted, task.options
    rows, (space,) = task.rows[subject], task.sources.tokens
    kind = options["readout"]
    fit = fit_readout(
        _study(space, rows),
        options=ReadoutOptions(
            kind=kind,
            validation_share=rows.least_share(options["validation_share"]),
            training=TrainingOptions(**options["training"]),
            extra={"moves": options["moves"]} if kind == "semantic" else {},
        ),
        folder=task.folder,
        progress=task.progress,
    )
    return FoldFit(
        prediction={subject: fit.prediction},
        weights={space.name: weights_of(fit.model)},
        histories={space.name: fit.history},
        found=fields_of(fit.fields),
        n_parameters=fit.n_parameters,
    )


def fields_of(fields: FieldShares, lead: str = "field") -> dict[str, np.ndarray]:
    """Name the arrays of shape (V,) of receptive fields, in shares of the picture."""
    return {f"{lead}/{k}": np.asarray(v, np.float32) for k, v in vars(fields).items()}


def _study(space: TokenSpace, rows: FoldRows) -> MapStudy:
    train, test = (
        find_rows(space.stimulus_id, ids, what=f"tokens in '{space.name}'")
        for ids in (rows.train_id, rows.test_id)
    )
    return MapStudy(space.token, space.grid, rows.response, train, test, rows.group)


def _groups(rows: FoldRows, options: Mapping[str, Any]) -> tuple[QueryGroups, "Member"]:
    """Name queries and the voxels that read them; learned ones are read by all."""
    n_voxels, voxels = len(rows.voxels), rows.voxels
    if options["granularity"] == "learned":
        n = options["n_queries"]
        names = np.array([f"query {number}" for number in range(n)])
        return QueryGroups(names, np.ones((n, n_voxels), bool)), (n, n_voxels)
    groups = group_queries(
        voxels.roi,
        sides_of(rows),
        granularity=options["granularity"],
        streams=options["streams"],
    )
    return groups, groups.member


def sides_of(rows: FoldRows) -> np.ndarray:
    """Hemisphere of each voxel, shape (V,): as the space says, or by the sign of x."""
    voxels = rows.voxels
    told: np.ndarray = voxels.hemisphere
    if voxels.affine is None:
        return told
    x = voxels.ijk @ voxels.affine[0, :3] + voxels.affine[0, 3]  # (V,), in mm
    by_place = np.where(x < 0, "L", "R")
    return np.where((told == "") & ~voxels.on_surface, by_place, told)


def _attention(fits: Mapping[str, list["RegionQueryFit"]]) -> dict[str, np.ndarray]:
    """Average maps (n_test, R, T) over seeds, by token space; halves are enough."""
    return {
        f"attention/{name}": np.mean([one.attention for one in own], 0).astype(
            np.float16
        )
        for name, own in fits.items()
    }

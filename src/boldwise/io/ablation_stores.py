"""What decoders lose without a region, to and from stores, and over subjects."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.decoders.ablation import Ablation
from boldwise.evaluation.region_shares import RegionShares, Shares
from boldwise.evaluation.splits import Split
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import open_store, write_store

SCHEMA = "ablation"


def write_ablation(
    path: str | Path,
    found: Ablation,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write the shares of every region, item by item.

    Parameters
    ----------
    path : path
    found : Ablation
        With arrays of shape (n_regions, n_items).
    about : mapping
        Further attributes: ``split_hash`` and options.
    provenance : mapping
    """
    write_store(
        path,
        found.datasets(),
        schema=SCHEMA,
        attributes={"too_small": found.too_small, **about},
        provenance=provenance,
    )


def read_ablations(
    paths: Iterable[str | Path], split: Split
) -> tuple[Shares, dict[str, list[str]]]:
    """Read ablations, named ``<decoder>/sub-<subject>.h5``.

    Parameters
    ----------
    paths : iterable of path
    split : Split

    Returns
    -------
    shares : dict of decoder to dict of subject to dict of region to RegionShares
    too_small : dict of subject to list of str

    Raises
    ------
    LeakageError
        If a store was made under another split.
    """
    shares: Shares = {}
    small: dict[str, list[str]] = {}
    names = [one.name for one in fields(RegionShares)]
    for path in map(Path, paths):
        with open_store(path, schema=SCHEMA) as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            region, n = store["region"], len(store["region"])
            columns = {name: store[name][()] for name in names}
            small[subject_of(path)] = store.attributes["too_small"]
        columns["all_voxels"] = np.tile(columns["all_voxels"], (n, 1))
        means = [columns[name].reshape(n, -1).mean(axis=1) for name in names]
        own = {
            str(region[k]): RegionShares(int(means[0][k]), *(m[k] for m in means[1:]))
            for k in range(n)
        }
        shares.setdefault(path.parent.name, {})[subject_of(path)] = own
    return shares, small

"""How new subjects were taken up, to and from stores."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from boldwise.decoders.adaptation_curve import MEASURES, AdaptationCurve
from boldwise.decoders.adaptation_table import Adaptation
from boldwise.errors import StoreError
from boldwise.evaluation.splits import Split
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import open_store, write_store

if TYPE_CHECKING:
    from boldwise.decoders.left_out import LeftOut

SCHEMA = "adaptation"


def write_adaptation(
    path: str | Path,
    found: "LeftOut",
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write how well one left-out subject was taken up.

    Parameters
    ----------
    path : path
    found : LeftOut
        Scores of shape (n_folds, n_modes, n_budgets).
    about : mapping
        ``split_hash`` among it.
    provenance : mapping
    """
    write_store(
        path,
        {
            "mode": np.array(found.modes),
            "budget": found.budgets,
            "known": np.array(found.known),
            "n_trials": found.n_trials,
            "n_pool": found.n_pool,
            **{f"score/{name}": one for name, one in found.scores.items()},
            **{f"transfer/{name}": one for name, one in found.transfer.items()},
        },
        schema=SCHEMA,
        attributes={
            **about,
            "unit": found.unit,
            "best_epoch": [one.best_epoch + 1 for one in found.histories],
        },
        provenance=provenance,
    )


def read_adaptations(
    paths: Iterable[str | Path], split: Split
) -> dict[str, Adaptation]:
    """Read how all left-out subjects were taken up, averaged over outer folds.

    Parameters
    ----------
    paths : iterable of path
        Stores named ``<decoder>/sub-<subject>.h5``.
    split : Split

    Returns
    -------
    found : dict of decoder to Adaptation
        Arrays of shape (n_modes, n_budgets, n_subjects).

    Raises
    ------
    LeakageError
        If a store was made under another split.
    StoreError
        If stores of one decoder tell of different modes or budgets.
    """
    named: dict[str, list[Path]] = {}
    for path in map(Path, paths):
        named.setdefault(path.parent.name, []).append(path)
    return {name: _joined(sorted(own), split) for name, own in named.items()}


def _joined(paths: Sequence[Path], split: Split) -> Adaptation:
    read = [_read(path, split) for path in paths]
    first = read[0]
    for path, one in zip(paths, read, strict=True):
        if any(not np.array_equal(one[n], first[n]) for n in ("mode", "budget")):
            raise StoreError(
                f"{path}: was made with other modes or budgets than {paths[0].name}. "
                "Delete it and run snakemake again."
            )

    def stacked(name: str) -> np.ndarray:
        return np.stack([one[name].mean(0) for one in read], axis=-1)

    curve = AdaptationCurve(
        modes=first["mode"].tolist(),
        budgets=first["budget"],
        unit=str(first["unit"]),
        subjects=[subject_of(path) for path in paths],
        n_trials=np.rint(stacked("n_trials")).astype(int),
        scores={name: stacked(f"score/{name}") for name in MEASURES},
    )
    transfer = {
        name: np.array([one[f"transfer/{name}"].mean() for one in read])
        for name in MEASURES
    }
    return Adaptation(curve, stacked("n_pool"), transfer)


def _read(path: Path, split: Split) -> dict[str, np.ndarray]:
    with open_store(path, schema=SCHEMA) as store:
        about = store.attributes
        split.refuse_other(about["split_hash"], what=str(path))
        found = {name: np.asarray(store[name][()]) for name in store.names}
    return {**found, "unit": np.asarray(about["unit"])}

"""What the figures of one subject or one split need, from their stores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boldwise.evaluation.decoding import Identification
from boldwise.evaluation.scoring import VoxelScores
from boldwise.evaluation.splits import Split
from boldwise.io.records import read_voxels
from boldwise.io.score_stores import read_scores, subject_of
from boldwise.io.stores import open_store
from boldwise.io.tables import numbers, read_table
from boldwise.reporting.scores_table import Estimate, ScoreTable
from boldwise.responses.records import Voxels

SCORE_NUMBERS = ("value", "low", "high", "n")
Draws = dict[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class SubjectResults:
    """Results of one subject under one split, for all encoders.

    Attributes
    ----------
    voxels : Voxels
    noise_ceiling, null_noise_ceiling : array of shape (n_voxels,)
    scores : dict of encoder to VoxelScores
        Arrays of shape (n_voxels,).
    alphas : dict of encoder to array of shape (n_folds, n_voxels)
        Chosen penalties of the linear ones.
    penalties : dict of encoder to array of shape (n_penalties,)
        Those that could be chosen, ascending.
    """

    voxels: Voxels
    noise_ceiling: np.ndarray
    null_noise_ceiling: np.ndarray
    scores: dict[str, VoxelScores]
    alphas: dict[str, np.ndarray]
    penalties: dict[str, np.ndarray]

    @property
    def r(self) -> dict[str, np.ndarray]:
        """Correlations by encoder, each of shape (n_voxels,)."""
        return {name: found.r for name, found in self.scores.items()}

    def significant(self, q: float) -> dict[str, np.ndarray]:
        """Find the voxels that each encoder predicts above chance.

        Parameters
        ----------
        q : float
            False discovery rate.

        Returns
        -------
        significant : dict of encoder to array of bool, shape (n_voxels,)
        """
        return {name: found.q < q for name, found in self.scores.items()}


def read_subject_results(
    ceiling: str | Path,
    scores: Iterable[str | Path],
    encoders: Iterable[str | Path],
    split: Split,
) -> SubjectResults:
    """Read the results of one subject.

    Parameters
    ----------
    ceiling : path
    scores, encoders : iterable of path
        Stores named ``<encoder>/sub-<subject>.h5``.
    split : Split
        All must have been made under it.

    Returns
    -------
    results : SubjectResults
    """
    with open_store(ceiling, schema="noise_ceiling") as store:
        split.refuse_other(store.attributes["split_hash"], what=str(ceiling))
        voxels = read_voxels(store)
        measured, null = (
            store[name][()] for name in ("noise_ceiling", "null_noise_ceiling")
        )
    alphas, penalties = {}, {}
    for path in map(Path, encoders):
        with open_store(path, schema="encoder") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            if "alpha" not in store:
                continue  # It was trained, and has no penalties.
            alphas[path.parent.name] = store["alpha"][()]
            penalties[path.parent.name] = np.array(store.attributes["penalties"])
    return SubjectResults(
        voxels=voxels,
        noise_ceiling=measured,
        null_noise_ceiling=null,
        scores={Path(path).parent.name: read_scores(path, split) for path in scores},
        alphas=alphas,
        penalties=penalties,
    )


def read_encoder_scores(
    paths: Iterable[str | Path], split: Split
) -> tuple[dict[str, VoxelScores], Voxels]:
    """Read the scores of all encoders on one subject, and where its voxels lie.

    Parameters
    ----------
    paths : iterable of path
        Stores named ``<encoder>/sub-<subject>.h5``, one or more.
    split : Split

    Returns
    -------
    scores : dict of encoder to VoxelScores
        Arrays of shape (n_voxels,).
    voxels : Voxels
    """
    by_encoder = {Path(path).parent.name: path for path in paths}
    with open_store(next(iter(by_encoder.values())), schema="scores") as store:
        voxels = read_voxels(store)
    scores = {name: read_scores(path, split) for name, path in by_encoder.items()}
    return scores, voxels


def read_score_table(path: str | Path) -> ScoreTable:
    """Read the table of scores.

    Parameters
    ----------
    path : path

    Returns
    -------
    table : ScoreTable
        In the order of the file.
    """
    columns = read_table(path, needed=("subject", "roi", "model", "metric"))
    values = {
        name: numbers(columns[name], name=name, path=path) for name in SCORE_NUMBERS
    }
    keys = zip(
        *(columns[name].tolist() for name in ("subject", "roi", "model", "metric")),
        strict=True,
    )
    return {
        (subject, roi, model, metric): Estimate(
            value=float(values["value"][row]),
            low=float(values["low"][row]),
            high=float(values["high"][row]),
            n=int(np.nan_to_num(values["n"][row])),
        )
        for row, (subject, roi, model, metric) in enumerate(keys)
    }


def read_shuffled(paths: Iterable[str | Path], split: Split) -> dict[str, Draws]:
    """Read the scores of encoders refitted on shuffled responses.

    Parameters
    ----------
    paths : iterable of path
        Stores named ``<encoder>/sub-<subject>.h5``.
    split : Split

    Returns
    -------
    shuffled : dict of encoder to dict of subject to dict of roi to array
        Each of shape (n_shuffles,).
    """
    shuffled: dict[str, Draws] = {}
    for path in map(Path, paths):
        with open_store(path, schema="shuffled") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            draws = {roi: values[()] for roi, values in store.group("roi").items()}
        shuffled.setdefault(path.parent.name, {})[subject_of(path)] = draws
    return shuffled


def read_ranks(
    paths: Iterable[str | Path], split: Split
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Read the ranks of the true stimuli, those of all subjects joined.

    Parameters
    ----------
    paths : iterable of path
        Identification stores named ``<decoder>/sub-<subject>.h5``.
    split : Split

    Returns
    -------
    ranks, pools : dict of decoder to array of shape (n_items,)
        Rank of the true stimulus, and number of candidates.
    """
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for path in map(Path, paths):
        with open_store(path, schema="identification") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            pair = store["rank"][()], store["n_pool"][()]
        found.setdefault(path.parent.name, []).append(pair)
    ranks = {name: np.concatenate([r for r, _ in all_]) for name, all_ in found.items()}
    pools = {name: np.concatenate([n for _, n in all_]) for name, all_ in found.items()}
    return ranks, pools


def pool_curves(
    found: Mapping[str, Mapping[str, Identification]],
) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Pick the share found first at each pool size, by decoder and subject.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to Identification

    Returns
    -------
    curves : dict of decoder to dict of subject to pair of arrays (n_sizes,)
    """
    return {
        decoder: {
            subject: (one.tables["pool_size"], one.tables["pool_top1"])
            for subject, one in by_subject.items()
        }
        for decoder, by_subject in found.items()
    }


def read_recovery(
    voxels: str | Path, table: str | Path
) -> tuple[dict[str, np.ndarray], dict[tuple[str, str], float]]:
    """Read what was found of the simulated truth.

    Parameters
    ----------
    voxels, table : path
        Store and table of findings.

    Returns
    -------
    columns : dict of array of shape (n_voxels,)
        ``population``, ``true_ceiling`` and ``noise_ceiling``, all subjects joined.
    normalised : dict of (population, encoder) to float
        Median normalised correlations.
    """
    with open_store(voxels, schema="recovery") as store:
        subjects = sorted({name.partition("/")[0] for name in store.names})
        columns = {
            name: np.concatenate([store[f"{one}/{name}"][()] for one in subjects])
            for name in ("population", "true_ceiling", "noise_ceiling")
        }
    rows = read_table(table, needed=("quantity", "population", "encoder", "estimate"))
    estimate = numbers(rows["estimate"], name="estimate", path=table)
    names = zip(rows["population"].tolist(), rows["encoder"].tolist(), strict=True)
    normalised = {
        name: float(value)
        for name, value, quantity in zip(names, estimate, rows["quantity"], strict=True)
        if quantity == "median normalised r"
    }
    return columns, normalised


def sum_confusions(
    found: Mapping[str, Mapping[str, Identification]],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sum the confusions of all subjects that chose among the same categories.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to Identification

    Returns
    -------
    confusions : dict of decoder to array of int, shape (n_classes, n_classes)
    classes : dict of decoder to array of str, shape (n_classes,)
    """
    confusions, classes = {}, {}
    for decoder, by_subject in found.items():
        names = np.unique(
            np.concatenate([one.tables["classes"] for one in by_subject.values()])
        )
        total = np.zeros((len(names), len(names)), np.int64)
        for one in by_subject.values():
            place = np.searchsorted(names, one.tables["classes"])
            total[np.ix_(place, place)] += one.tables["confusion"]
        confusions[decoder], classes[decoder] = total, names
    return confusions, classes

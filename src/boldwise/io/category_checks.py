"""What feature spaces know about categories, to and from stores and tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from boldwise.decoders.data import Decoded
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.splits import Split
from boldwise.io.stores import open_store, write_store

COLUMNS = (
    *("feature_space", "n_features", "n_stimuli", "n_categories"),
    *("accuracy", "low", "high", "chance", "shuffled_high", "p"),
)
SCHEMA = "category_check"


def write_check(
    path: str | Path,
    decoded: Decoded,
    accuracy: Measure,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write what each stimulus was taken for, and the accuracy with its null.

    Parameters
    ----------
    path : path
    decoded : Decoded
        Labels of shape (n_test,).
    accuracy : Measure
    about : mapping
        Further attributes: ``split_hash``, ``n_features`` and options.
    provenance : mapping
    """
    names = ("label", "predicted_label", "classes")
    write_store(
        path,
        {
            "stimulus_id": decoded.stimulus_id,
            "fold": decoded.fold,
            **{name: decoded.arrays[name] for name in names},
            "draws/accuracy": accuracy.draws,
            "null/accuracy": accuracy.null,
        },
        schema=SCHEMA,
        attributes={"accuracy": accuracy.numbers(), **about},
        provenance=provenance,
    )


def read_checks(paths: Iterable[str | Path], split: Split) -> list[dict[str, Any]]:
    """Read the accuracy of every feature space, best first.

    Parameters
    ----------
    paths : iterable of path
        Stores of one split, each named by its feature space.
    split : Split

    Returns
    -------
    rows : list of dict
        With ``COLUMNS``.

    Raises
    ------
    LeakageError
        If a store was made under another split.
    """
    rows = []
    for path in paths:
        with open_store(path, schema=SCHEMA) as store:
            about = store.attributes
            split.refuse_other(about["split_hash"], what=str(path))
            found = about["accuracy"]
            counts = (
                about["n_features"],
                *map(len, (store["label"], store["classes"])),
            )
        scores = [found[name] for name in ("value", *COLUMNS[5:])]
        row = (Path(path).stem, *counts, *scores)
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return sorted(rows, key=lambda row: (-row["accuracy"], row["feature_space"]))

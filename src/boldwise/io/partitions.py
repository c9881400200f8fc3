"""What banded encoders owe to each of their feature spaces, from their stores."""

from collections.abc import Iterable
from pathlib import Path

from boldwise.evaluation.splits import Split
from boldwise.io.stores import open_store
from boldwise.reporting.partition import Partition


def read_partitions(paths: Iterable[str | Path], split: Split) -> dict[str, Partition]:
    """Read how the score of each banded encoder parts over its feature spaces.

    Parameters
    ----------
    paths : iterable of path
        Stores named ``<encoder>/sub-<subject>.h5``.
    split : Split
        All must have been made under it.

    Returns
    -------
    partitions : dict of encoder to Partition
    """
    found = {}
    for path in map(Path, paths):
        with open_store(path, schema="encoder") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            spaces = list(store.attributes["features"])
            unique = store["unique_r2"][()] if "unique_r2" in store.names else None
            product = store["product_r2"][()]
        found[path.parent.name] = Partition(spaces, product, unique)
    return found

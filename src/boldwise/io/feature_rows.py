"""Feature stores as rows for ridge: one layer of many, tokens pooled, still on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boldwise.errors import StoreError
from boldwise.features.records import FeatureSpace
from boldwise.features.tokens import PooledTokens
from boldwise.io.stores import Store, open_store


@contextmanager
def open_feature_rows(
    path: str | Path, *, layer: str | None = None, pool: str | None = None
) -> Iterator[FeatureSpace]:
    """Open the features of one entry, or of one of its layers.

    Parameters
    ----------
    path : path
        Store of schema ``features``.
    layer : str, optional
        Slug of a layer; absent: the store holds one space.
    pool : {"mean", "max", "flatten"}, optional
        How tokens become one vector; absent: their mean.

    Yields
    ------
    space : FeatureSpace
        Its rows stay on disk until they are sliced.

    Raises
    ------
    StoreError
        If the store has no such layer, or several where none is named.
    """
    with open_store(path, schema="features") as store:
        lead, about = _place_of(store, layer), store.attributes
        notes = dict(about["notes"])
        if layer is not None:
            own = about.get("layers", {}).get(layer, {"layer": layer})
            notes |= {name: str(value) for name, value in own.items()}
        rows: Any
        if f"{lead}token" in store:
            token = store[f"{lead}token"]
            rows = PooledTokens(token, pool or "mean")
            notes["pool"] = f"{rows.pool} of {token.shape[1]} tokens"
        else:
            rows = store[f"{lead}feature"]
        yield FeatureSpace(store["stimulus_id"], rows, notes)


def layers_in(path: str | Path) -> list[str]:
    """List the layers of a feature store.

    Parameters
    ----------
    path : path

    Returns
    -------
    slugs : list of str
        None for a store of one space.
    """
    with open_store(path, schema="features") as store:
        return _layers(store)


def _layers(store: Store) -> list[str]:
    found = [name.split("/")[1] for name in store.names if name.startswith("layer/")]
    return list(dict.fromkeys(found))


def _place_of(store: Store, layer: str | None) -> str:
    layers = _layers(store)
    if not layers:
        return ""  # The only layer of an entry needs no group.
    if layer is None:
        raise StoreError(
            f"{store.path}: holds the layers {', '.join(layers)}; name one of them."
        )
    if layer not in layers:
        raise StoreError(
            f"{store.path}: has no layer '{layer}', but {', '.join(layers)}. Delete it "
            "and run snakemake again."
        )
    return f"layer/{layer}/"

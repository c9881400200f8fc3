"""What decoders point to among their training stimuli, to and from stores."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from boldwise.decoders.gallery import Gallery
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.likeness import METRICS
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.pointed import Pointed
from boldwise.evaluation.splits import Split
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import open_store, write_store

SCHEMA = "gallery"


def write_gallery(
    path: str | Path,
    gallery: Gallery,
    decoded: Decoded,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write what stands for each test item, and every metric with its baseline.

    Parameters
    ----------
    path : path
    gallery : Gallery
    decoded : Decoded
        Names the rows, shape (n_items,).
    about : mapping
        Further attributes: ``split_hash`` and options.
    provenance : mapping
    """
    measures = gallery.measures
    write_store(
        path,
        {
            "stimulus_id": decoded.held_out.stimulus_id,
            "fold": decoded.held_out.fold,
            "nearest": gallery.nearest.neighbour,
            "nearest_r": gallery.nearest.r,
            "medoid": gallery.nearest.medoid,
            "caption": gallery.caption,
            "named": gallery.named,
            **{f"score/{name}": one for name, one in gallery.items.items()},
            **{f"draws/{name}": one.draws for name, one in measures.items()},
            **{f"null/{name}": one.null for name, one in measures.items()},
        },
        schema=SCHEMA,
        attributes={
            **{name: one.numbers() for name, one in measures.items()},
            "measures": list(measures),
            "lower_is_better": [n for n, m in measures.items() if m.lower_is_better],
            "formulas": {name: METRICS[name] for name in measures},
            "left_out": gallery.left_out,
            **about,
        },
        provenance=provenance,
    )


def read_gallery_measures(
    paths: Iterable[str | Path], split: Split
) -> tuple[dict[str, dict[str, dict[str, Measure]]], dict[str, str]]:
    """Read the metrics of many galleries, named ``<decoder>/sub-<subject>.h5``.

    Parameters
    ----------
    paths : iterable of path
    split : Split

    Returns
    -------
    found : dict of decoder to dict of subject to dict of metric to Measure
        With draws of shape (n_draws,).
    left_out : dict of str
        What could not be computed, and why.

    Raises
    ------
    LeakageError
        If a store was made under another split.
    """
    found: dict[str, dict[str, dict[str, Measure]]] = {}
    left_out: dict[str, str] = {}
    for path in map(Path, paths):
        with open_store(path, schema=SCHEMA) as store:
            about = store.attributes
            split.refuse_other(about["split_hash"], what=str(path))
            left_out |= about["left_out"]
            measures = {
                name: Measure(
                    value=about[name]["value"],
                    chance=about[name]["chance"],
                    n_pool=float("nan"),
                    draws=store[f"draws/{name}"][()],
                    null=store[f"null/{name}"][()],
                    lower_is_better=name in about["lower_is_better"],
                )
                for name in about["measures"]
            }
        found.setdefault(path.parent.name, {})[subject_of(path)] = measures
    return found, left_out


def read_pointed(
    galleries: Iterable[str | Path], identification: Iterable[str | Path], split: Split
) -> dict[str, dict[str, Pointed]]:
    """Read what decoders point to, with the rank of what was seen.

    Parameters
    ----------
    galleries, identification : iterable of path
        Stores of the same decoders and subjects, ``<decoder>/sub-<subject>.h5``.
    split : Split

    Returns
    -------
    pointed : dict of decoder to dict of subject to Pointed
    """
    ranks = {}
    for path in map(Path, identification):
        with open_store(path, schema="identification") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            pair = store["rank"][()], store["n_pool"][()]
        ranks[path.parent.name, path.stem] = pair
    found: dict[str, dict[str, Pointed]] = {}
    for path in map(Path, galleries):
        rank, n_pool = ranks[path.parent.name, path.stem]
        with open_store(path, schema=SCHEMA) as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            one = Pointed(
                stimulus_id=store["stimulus_id"],
                nearest=store["nearest"][:, 0],
                caption=store["caption"][()] if "caption" in store else None,
                rank=rank,
                n_pool=n_pool,
                r=store["nearest_r"][:, 0],
            )
        found.setdefault(path.parent.name, {})[subject_of(path)] = one
    return found

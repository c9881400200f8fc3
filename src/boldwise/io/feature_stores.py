"""Stores of what networks make of images: streamed, resumed, never computed twice.

Letters for shapes: D features, T tokens.
"""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from boldwise.features.streaming import stream_features
from boldwise.io.feature_cache import find_cache
from boldwise.io.image_progress import show_images
from boldwise.io.journal import Journal, open_journal
from boldwise.io.journal_rows import JournalRows
from boldwise.io.network_passes import Pass
from boldwise.io.stores import write_store


def write_network_features(
    path: str | Path,
    wanted: Pass,
    *,
    provenance: Mapping[str, Any],
    log: logging.Logger,
) -> None:
    """Describe images by a network, and write what comes out to one store.

    What an earlier job computed is not computed again: whole readouts are taken from
    the cache, unfinished ones are continued after their last whole batch. The file is
    the same, byte for byte, as if nothing had been interrupted.

    Parameters
    ----------
    path : path
        Target. One readout has ``feature`` (n_stimuli, D) in float32 or ``token``
        (n_stimuli, T, D) in float16; several have these below ``layer/<name>``.
    wanted : Pass
    provenance : mapping
    log : logging.Logger

    Raises
    ------
    DataError
        If an image does not decode, or a feature is not finite.
    """
    cache = find_cache(path)
    identities = wanted.identities()
    grids = {n: wanted.network.expect(one)[1] for n, one in wanted.readouts.items()}
    places = {name: cache.path_of(one) for name, one in identities.items()}
    with ExitStack() as stack:
        journals = {
            name: stack.enter_context(open_journal(places[name], identities[name]))
            for name in sorted(places, key=lambda name: places[name])
        }
        complete(wanted, journals, log=log)
        write_store(
            path,
            {
                "stimulus_id": wanted.images.stimulus_id,
                **_datasets(wanted, journals),
            },
            schema="features",
            attributes=_attributes(wanted, grids),
            provenance=provenance,
        )
        if not cache.keep:
            for place in places.values():
                place.unlink()


def complete(
    wanted: Pass, journals: Mapping[str, Journal], *, log: logging.Logger
) -> None:
    """Compute what journals lack; those that are whole stay as they are.

    Parameters
    ----------
    wanted : Pass
    journals : mapping of str to Journal
        By the names of the readouts.
    log : logging.Logger
    """
    n_images = len(wanted.images)
    lacking = {name: one for name, one in journals.items() if not one.is_whole}
    if not lacking:
        log.info("all of it lies in the cache: nothing is computed")
        return
    batch = _batch_of(wanted, lacking)
    first = min(journal.n_done for journal in lacking.values())
    if first:
        log.info("%d of %d images were done before", first, n_images)
    log.info("%d images per batch, %s", batch, wanted.pace)
    readouts = [wanted.readouts[name] for name in lacking]
    stream = stream_features(
        wanted.images,
        wanted.network,
        readouts,
        batch=batch,
        first=first,
        pace=wanted.pace,
    )
    with show_images(log, n_images, first=first) as tell:
        for start, described in zip(count(first, batch), stream, strict=False):
            for journal, rows in zip(lacking.values(), described, strict=True):
                if journal.n_done == start:  # Some may be ahead of the others.
                    journal.append(rows, n_rows=n_images, block=batch)
            tell(min(start + batch, n_images))


def _batch_of(wanted: Pass, lacking: Mapping[str, Journal]) -> int:
    """Keep the batch of what is unfinished: other batches give other last bits."""
    begun = {
        name: (one.n_done, one.layout.block)
        for name, one in lacking.items()
        if one.layout is not None
    }
    if not begun:
        return wanted.batch_size or wanted.probe()
    _, batch = max(begun.values())
    for name, (_, block) in begun.items():
        if block != batch:
            lacking[name].restart()
    return batch


def _datasets(wanted: Pass, journals: Mapping[str, Journal]) -> dict[str, JournalRows]:
    rows = {name: JournalRows(journals[name]) for name in wanted.readouts}
    named = {
        name: f"{'token' if one.by_rows else 'feature'}" for name, one in rows.items()
    }
    if len(rows) == 1:
        return {named[name]: one for name, one in rows.items()}
    return {f"layer/{name}/{named[name]}": one for name, one in rows.items()}


def _attributes(
    wanted: Pass, grids: Mapping[str, tuple[int, int] | None]
) -> dict[str, Any]:
    card = wanted.network.card
    notes = {
        "extractor": f"{card.kind} {card.model}",
        **card.told(),
        "precision": wanted.network.precision,
    }
    told = {
        n: {k: str(v) for k, v in vars(one).items()}
        for n, one in wanted.readouts.items()
    }
    if len(told) == 1:
        (name,) = told
        grid = {"grid": grids[name]} if grids[name] else {}
        return {"notes": {**notes, **told[name]}, **grid}
    layers = {n: {**one, "grid": grids[n]} for n, one in told.items()}
    return {"notes": notes, "layers": layers}

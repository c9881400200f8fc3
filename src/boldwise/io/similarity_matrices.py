"""Decoded and true patterns of all subjects, from stores."""

from collections.abc import Iterable
from pathlib import Path

from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.pooled_similarity import Similarities, pool_similarities
from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli
from boldwise.io.identification_stores import read_decoded


def read_similarities(
    paths: Iterable[str | Path], split: Split, stimuli: Stimuli
) -> dict[str, Similarities]:
    """Read decoders of patterns, named ``<decoder>/sub-<subject>.h5``.

    Parameters
    ----------
    paths : iterable of path
    split : Split
    stimuli : Stimuli
        Their categories sort the rows, where they have some.

    Returns
    -------
    found : dict of decoder to Similarities
        With arrays of shape (n_items, n_items).
    """
    decoded: dict[str, list[Decoded]] = {}
    for path in map(Path, paths):
        decoded.setdefault(path.parent.name, []).append(read_decoded(path, split))
    return {
        name: pool_similarities(own, split, stimuli) for name, own in decoded.items()
    }

"""Apply a fitted decoder to new responses."""

import logging
from pathlib import Path

import numpy as np

from boldwise.io.decoded_new import COLUMNS, DecodedNew, decode_new
from boldwise.io.score_stores import write_rows

SHOWN = 20


def decode_responses(
    decoder: Path,
    responses: Path,
    path: Path,
    *,
    gallery: Path | None = None,
    fold: int | None = None,
    top: int = 5,
) -> list[str]:
    """Decode responses, write features and candidates, and tell what was done.

    Parameters
    ----------
    decoder : Path
        Store of a linear decoder with its weights.
    responses : Path
        Prepared as those of the study.
    path : Path
        Store of features to write; the table of candidates lies beside it.
    gallery : Path, optional
        Folder of pictures, or a store of stimuli.
    fold : int, optional
        Outer fold whose model decodes.
    top : int
        Candidates to list for each response.

    Returns
    -------
    lines : list of str
        To print.
    """
    log = logging.getLogger()
    found = decode_new(decoder, responses, path, gallery=gallery, fold=fold, log=log)
    n, n_features = found.feature.shape
    lines = [f"{path}: {n} responses, {n_features} decoded features"]
    if found.trained.any():
        lines.append(
            f"{found.trained.sum()} of them are to stimuli that trained the decoder "
            "(by their ids): what it says of these is no test."
        )
    if gallery is not None:
        table = path.with_suffix(".tsv")
        write_rows(table, found.best(top), columns=COLUMNS)
        lines += [f"{table}: the {top} closest of {len(found.candidate)} candidates"]
        lines += _listed(found, top)
    return lines


def _listed(found: DecodedNew, top: int) -> list[str]:
    rows = list(found.best(top))
    lines = [
        f"  {row['stimulus_id']}  {row['rank']}.  {row['candidate']}  "
        f"r = {row['similarity']:.3f}"
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        lines.append(f"  and {len(rows) - SHOWN} more lines in the table")
    ranks = found.true_ranks()
    if len(ranks):
        first = int((ranks == 1).sum())
        lines.append(
            f"the true stimulus is a candidate, and trained nothing, for {len(ranks)} "
            f"responses: first for {first}, median rank {np.median(ranks):g} of "
            f"{len(found.candidate)}"
        )
    return lines

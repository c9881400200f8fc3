"""Which decoded stimuli to look at: chosen by rank, never by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

GROUPS = ("best", "middle", "worst")


@dataclass(frozen=True)
class Pointed:
    """What one decoder of one subject points to, item by item.

    Attributes
    ----------
    stimulus_id, nearest : array of str, shape (n_items,)
        What was seen, and the training stimulus nearest to what was decoded.
    caption : array of str, shape (n_items,), or None
    rank, n_pool : array of shape (n_items,)
        Rank of what was seen among the test stimuli.
    r : array of shape (n_items,)
        Correlation of what was decoded with the nearest's pattern.
    """

    stimulus_id: np.ndarray
    nearest: np.ndarray
    caption: np.ndarray | None
    rank: np.ndarray
    n_pool: np.ndarray
    r: np.ndarray


@dataclass(frozen=True)
class Chosen:
    """One decoded stimulus of a gallery.

    Attributes
    ----------
    group, subject, seen, nearest, caption : str
        ``group`` is ``best``, ``middle`` or ``worst``.
    rank, n_pool : float
    """

    group: str
    subject: str
    seen: str
    nearest: str
    caption: str
    rank: float
    n_pool: float


def choose(pointed: Mapping[str, Pointed], *, n_shown: int) -> list[Chosen]:
    """Choose the best, the middle and the worst decoded stimuli of all subjects.

    Items of all subjects stand in one row: by the share of candidates that rank
    before what was seen, then by the correlation with the nearest training stimulus,
    the highest first, then by id. A stimulus is shown once.

    Parameters
    ----------
    pointed : mapping of subject to Pointed
        With arrays of shape (n_items,).
    n_shown : int
        Of each group; fewer where there are not as many stimuli.

    Returns
    -------
    chosen : list of Chosen
        Best, middle, worst.
    """
    rows = sorted(
        (
            (one.rank[k] - 1) / (one.n_pool[k] - 1),
            -one.r[k],
            str(one.stimulus_id[k]),
            subject,
            k,
        )
        for subject, one in pointed.items()
        for k in range(len(one.rank))
    )
    middle = sorted(range(len(rows)), key=lambda place: abs(2 * place - len(rows) + 1))
    orders = {
        "best": list(range(len(rows))),
        "worst": list(range(len(rows)))[::-1],
        "middle": middle,
    }
    taken: set[str] = set()
    found: dict[str, list[Chosen]] = {}
    for group, order in orders.items():
        own: list[Chosen] = []
        for place in order:
            *_, stimulus, subject, k = rows[place]
            if len(own) < n_shown and stimulus not in taken:
                taken.add(stimulus)
                own.append(_chosen(group, subject, pointed[subject], k))
        found[group] = own
    return [one for group in GROUPS for one in found[group]]


def _chosen(group: str, subject: str, one: Pointed, k: int) -> Chosen:
    return Chosen(
        group,
        subject,
        seen=str(one.stimulus_id[k]),
        nearest=str(one.nearest[k]),
        caption="" if one.caption is None else str(one.caption[k]),
        rank=float(one.rank[k]),
        n_pool=float(one.n_pool[k]),
    )

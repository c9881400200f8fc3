"""Retrieval in both directions, two-way identification, and what papers call them.

Throughout, rows of a similarity are predictions from the brain and columns are targets.
From brain to stimulus, each row looks for its column; from stimulus to brain, each
column looks for its row. The two differ where some patterns are close to all others.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.evaluation.identification import TIE_DECIMALS

# Who competes: the stimuli, for a given brain; or the brains, for a given stimulus.
DISTRACTORS = {"brain_to_stimulus": "targets", "stimulus_to_brain": "predictions"}


@dataclass(frozen=True)
class MindEyeRetrieval:
    """Retrieval as the MindEye papers print it.

    Attributes
    ----------
    image, brain : array of shape (n_draws,)
        Top-1 of each draw, by the label under which it is published.
    n_pool : int
    """

    image: np.ndarray
    brain: np.ndarray
    n_pool: int


def cosine_rows(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Cosine of each predicted pattern with each target pattern, flattened.

    Parameters
    ----------
    prediction : array of shape (n_predictions, ...)
    target : array of shape (n_targets, ...)

    Returns
    -------
    similarity : array of shape (n_predictions, n_targets)
        NaN for a pattern of zeros.
    """
    unit = []
    for patterns in (prediction, target):
        flat = patterns.reshape(len(patterns), -1).astype(np.float64)
        norm = np.sqrt((flat**2).sum(axis=1, keepdims=True))
        norm[norm == 0] = np.nan
        unit.append(flat / norm)
    return np.asarray(unit[0] @ unit[1].T)


def two_way_identification(
    similarity: np.ndarray,
    *,
    direction: str = "brain_to_stimulus",
    ties: str = "half",
) -> np.ndarray:
    """Share of distractors that each true pair beats.

    Parameters
    ----------
    similarity : array of shape (n_items, n_items)
        Predictions in rows, targets in columns, true pairs on the diagonal.
    direction : str
        ``"brain_to_stimulus"``: the distractors of an item are the other targets, as
        in the code of MindEye; ``"stimulus_to_brain"``: they are the other
        predictions (reconstructions), as in the text of its second paper's appendix.
    ties : str
        ``"half"``: a tie counts 0.5, so that chance is 0.5 for any patterns;
        ``"lost"``: it counts 0, as published.

    Returns
    -------
    share : array of shape (n_items,)
        Chance is 0.5. An undefined similarity ties.

    Raises
    ------
    ShapeMismatchError
        If the similarity is not square.
    DataError
        If there are fewer than 2 items.
    ConfigError
        If the direction or the rule of ties is unknown.
    """
    _refuse_unpaired(similarity)
    _refuse_unknown(direction, tuple(DISTRACTORS), what="direction")
    _refuse_unknown(ties, ("half", "lost"), what="rule of ties")
    rows = similarity.round(TIE_DECIMALS)
    rows = rows if direction == "brain_to_stimulus" else rows.T
    true = rows.diagonal()[:, None]
    won = rows < true
    tied = ~won & ~(rows > true)
    np.fill_diagonal(tied, False)
    points = won.sum(axis=1) + (0.5 * tied.sum(axis=1) if ties == "half" else 0)
    return np.asarray(points / (len(rows) - 1))


def mindeye_compat(
    prediction: np.ndarray,
    target: np.ndarray,
    *,
    n_pool: int = 300,
    n_draws: int = 30,
    seed: int = 42,
) -> MindEyeRetrieval:
    """Retrieve as the code behind the MindEye tables does, under its own labels.

    Cosine of flattened embeddings, top-1 in random pools. Its labels are the reverse
    of its stated definitions, as its similarity is transposed: what is printed as
    image retrieval takes, for each image, the best brain (here: stimulus to brain),
    and what is printed as brain retrieval takes the best image for each brain.
    Differs in that a tie is not found, instead of found by its place in memory.
    For our own numbers use ``identification.pool_curve``, the expected value over
    all pools.

    Parameters
    ----------
    prediction, target : array of shape (n_items, ...)
        Embeddings of the same stimuli, in the same order.
    n_pool : int
        Stimuli in a pool; at most all.
    n_draws : int
    seed : int
        Of numpy's legacy generator, as published.

    Returns
    -------
    retrieval : MindEyeRetrieval
        With arrays of shape (n_draws,). Chance is ``1 / n_pool``.

    Raises
    ------
    ShapeMismatchError
        If predictions and targets differ in shape.
    DataError
        If a pool is larger than the test set.
    """
    if prediction.shape != target.shape:
        raise ShapeMismatchError(
            f"predictions have shape {prediction.shape}, targets {target.shape}; each "
            "row must be one stimulus in both."
        )
    if n_pool > len(target):
        raise DataError(
            f"pools of {n_pool} were asked for, but there are {len(target)} test "
            "stimuli. Lower n_pool."
        )
    similarity = cosine_rows(prediction, target).round(TIE_DECIMALS)
    generator = np.random.RandomState(seed)
    found = np.empty((2, n_draws))
    for draw in range(n_draws):
        rows = generator.choice(len(target), size=n_pool, replace=False)
        pool = similarity[np.ix_(rows, rows)]
        found[:, draw] = [_found_first(pool.T), _found_first(pool)]
    return MindEyeRetrieval(image=found[0], brain=found[1], n_pool=n_pool)


def _found_first(rows: np.ndarray) -> float:
    """Share of rows whose diagonal beats all others."""
    others = np.where(np.isnan(rows), np.inf, rows)
    np.fill_diagonal(others, -np.inf)
    return float((rows.diagonal() > others.max(axis=1)).mean())


def _refuse_unpaired(similarity: np.ndarray) -> None:
    rows, columns = similarity.shape
    if rows != columns:
        raise ShapeMismatchError(
            f"{rows} predictions and {columns} targets: two-way identification needs "
            "one target for each prediction, in the same order."
        )
    if rows < 2:
        raise DataError(
            f"two-way identification among {rows} item: it needs at least 2."
        )


def _refuse_unknown(name: str, known: tuple[str, ...], *, what: str) -> None:
    if name not in known:
        raise ConfigError(f"no {what} is called '{name}'; known: {', '.join(known)}.")

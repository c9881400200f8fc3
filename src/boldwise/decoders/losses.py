"""Losses of decoders that are trained: which stimulus it was, and how far off.

Letters for shapes: N rows of a batch, all subjects together; F numbers per embedding
(tokens times width where there are tokens).

Rows of both arguments belong together: row i of the embedding comes from the brain
that saw row i of the target. All are means over rows.
"""

import math

import torch
from torch.nn.functional import cross_entropy

FLOOR = 1e-12  # of a length, so that a zero vector is like nothing


def cosine_similarities(embedding: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cosine of each embedding with each target.

    Lengths divide the products, not the vectors: of long embeddings no copy is made.

    Parameters
    ----------
    embedding, target : tensor of shape (N, F)

    Returns
    -------
    similarity : tensor of shape (N, N)
        Row: embedding; column: target.
    """
    product = embedding @ target.T  # (N, N)
    own = embedding.norm(dim=1, keepdim=True).clamp_min(FLOOR)  # (N, 1)
    other = target.norm(dim=1).clamp_min(FLOOR)  # (N,)
    similarity: torch.Tensor = product / own / other
    return similarity


def symmetric_cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy along rows and along columns, halved.

    Parameters
    ----------
    logits : tensor of shape (N, N)
        Row: brain; column: stimulus.
    labels : tensor of shape (N, N)
        Rows that sum to 1. A column need not: where a stimulus is only a part of what
        any brain saw, it counts as that part.

    Returns
    -------
    loss : tensor of shape ()
    """
    rows = -(labels * logits.log_softmax(1)).sum(1)  # (N,)
    columns = -(labels * logits.log_softmax(0)).sum(0)  # (N,)
    return (rows.mean() + columns.mean()) / 2


def info_nce(similarity: torch.Tensor, *, temperature: float) -> torch.Tensor:
    """Symmetric InfoNCE: each brain's stimulus among all, each stimulus' brain.

    Parameters
    ----------
    similarity : tensor of shape (N, N)
        Row: brain; column: stimulus.
    temperature : float
        Similarities are divided by it.

    Returns
    -------
    loss : tensor of shape ()

    References
    ----------
    Radford et al. (2021), "Learning transferable visual models from natural language
    supervision", figure 3.
    """
    logits = similarity / temperature
    own = torch.arange(len(logits), device=logits.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def mixed_nce(
    similarity: torch.Tensor, labels: torch.Tensor, *, temperature: float
) -> torch.Tensor:
    """BiMixCo: InfoNCE of brains that were mixed, against the shares of the mixture.

    Parameters
    ----------
    similarity : tensor of shape (N, N)
        Row: mixed brain; column: stimulus.
    labels : tensor of shape (N, N)
        From ``mixing.Mixture.labels``.
    temperature : float

    Returns
    -------
    loss : tensor of shape ()

    References
    ----------
    Scotti et al. (2023), "Reconstructing the mind's eye", NeurIPS, section 3.2. We
    differ from the published code, where a row that is mixed with itself loses its
    label, and where partners of the second and later subjects point into the first.
    """
    return symmetric_cross_entropy(similarity / temperature, labels)


def soft_clip(
    similarity: torch.Tensor, between: torch.Tensor, *, temperature: float
) -> torch.Tensor:
    """SoftCLIP: stimuli that are like the true one are not wholly wrong.

    Labels are the softmax of the targets' similarities among themselves.

    Parameters
    ----------
    similarity : tensor of shape (N, N)
        Row: brain; column: stimulus.
    between : tensor of shape (N, N)
        Cosine of each target with each target.
    temperature : float
        Of both.

    Returns
    -------
    loss : tensor of shape ()

    References
    ----------
    Scotti et al. (2023), as ``mixed_nce``; their labels of the columns are those of
    the rows, and so are ours normalised along the columns (``between`` is symmetric).
    """
    labels = (between / temperature).softmax(1)
    logits = similarity / temperature
    rows, columns = (
        -(labels * one.log_softmax(1)).sum(1).mean() for one in (logits, logits.T)
    )
    return (rows + columns) / 2


def cosine_distance(embedding: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean of 1 - cosine over rows that belong together.

    Parameters
    ----------
    embedding, target : tensor of shape (N, F)

    Returns
    -------
    loss : tensor of shape ()
        0 to 2.
    """
    own, other = (one.norm(dim=1).clamp_min(FLOOR) for one in (embedding, target))
    cosine = (embedding * target).sum(1) / (own * other)  # (N,)
    distance: torch.Tensor = (1 - cosine).mean()
    return distance


def anneal(start: float, end: float, share: float) -> float:
    """Go from one value to another along half a cosine.

    Parameters
    ----------
    start, end : float
    share : float
        Of the way, 0 to 1; beyond it stays at its ends.

    Returns
    -------
    value : float

    Examples
    --------
    >>> [round(anneal(1.0, 3.0, share), 6) for share in (0, 0.5, 1)]
    [1.0, 2.0, 3.0]
    """
    share = min(max(share, 0.0), 1.0)
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2

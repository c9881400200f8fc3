"""Place times feature: a separable weight on a map, in the cheapest order of products.

Letters for shapes: B stimuli of a batch, T places of the map, D features, V voxels.
"""

import torch

ORDERS = ("joined", "feature", "place")


def cheapest_order(n_stimuli: int, n_places: int, n_features: int) -> str:
    """Choose the order of products that needs the fewest operations.

    All orders share B T D V multiplications in one matrix product. They differ in
    what comes beside it, per voxel: T D for the joined weight, B T after features
    first, B D after places first.

    Parameters
    ----------
    n_stimuli, n_places, n_features : int

    Returns
    -------
    order : {"joined", "feature", "place"}
    """
    beside = {
        "joined": n_places * n_features,
        "feature": n_stimuli * n_places,
        "place": n_stimuli * n_features,
    }
    return min(ORDERS, key=lambda order: beside[order])


def separable_product(
    maps: torch.Tensor,
    place: torch.Tensor,
    feature: torch.Tensor,
    *,
    order: str | None = None,
) -> torch.Tensor:
    """Sum a map over places and features with a weight that is their product.

    Parameters
    ----------
    maps : tensor of shape (B, T, D)
    place : tensor of shape (V, T)
        Weight of each place, the same for all stimuli.
    feature : tensor of shape (V, D)
    order : {"joined", "feature", "place"}, optional
        Absent: the cheapest one.

    Returns
    -------
    drive : tensor of shape (B, V)
    """
    order = order or cheapest_order(*maps.shape)
    if order == "joined":
        weight = place[:, :, None] * feature[:, None, :]  # (V, T, D)
        return maps.flatten(1) @ weight.flatten(1).T  # (B, T D) (T D, V) -> (B, V)
    if order == "feature":
        tuned = maps @ feature.T  # (B, T, D) (D, V) -> (B, T, V)
        return (tuned * place.T).sum(1)  # (B, V)
    pooled = place @ maps  # (V, T) (B, T, D) -> (B, V, D)
    return (pooled * feature).sum(2)  # (B, V)


def moving_product(
    maps: torch.Tensor, place: torch.Tensor, feature: torch.Tensor
) -> torch.Tensor:
    """Sum as ``separable_product`` does, with places that change with the stimulus.

    Parameters
    ----------
    maps : tensor of shape (B, T, D)
    place : tensor of shape (B, V, T)
    feature : tensor of shape (V, D)

    Returns
    -------
    drive : tensor of shape (B, V)
    """
    _, n_places, n_features = maps.shape
    if n_places <= n_features:
        tuned = maps @ feature.T  # (B, T, D) (D, V) -> (B, T, V)
        return (tuned * place.mT).sum(1)  # (B, V)
    pooled = place @ maps  # (B, V, T) (B, T, D) -> (B, V, D)
    return (pooled * feature).sum(2)  # (B, V)

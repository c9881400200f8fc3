"""Voxels rebuilt from the latent space, and round trips through other brains.

Letters for shapes: B rows of one subject, V columns of a subject (voxels or parcels),
H width of the latent space.

After Wang et al. (2024), "MindBridge", CVPR, told second-hand: (1) what is built from
a subject's latent vectors is that subject's responses; (2) built as another subject's
responses and mapped back, the latent vectors are the same. We differ in builders of
one matrix each, and in that all subjects of a step take part, each with the next one
of a random round.
"""

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn.functional import mse_loss

from boldwise.decoders.subject_maps import SubjectMap


class Builder(nn.Module):
    """Responses of one subject from the latent space.

    Parameters
    ----------
    width : int
        H.
    n_columns : int
        V.
    """

    def __init__(self, width: int, n_columns: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, n_columns)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """Build columns (B, V) from latent vectors (B, H)."""
        built: torch.Tensor = self.linear(latent)  # (B, H) -> (B, V)
        return built


def rebuild_loss(
    builders: Mapping[str, nn.Module],
    columns: Mapping[str, torch.Tensor],
    embedded: Mapping[str, torch.Tensor],
) -> torch.Tensor:
    """Mean squared error of rebuilt columns, mean over subjects (1).

    Parameters
    ----------
    builders : mapping of subject to Builder
    columns : mapping of subject to tensor of shape (B, V)
        Standardised.
    embedded : mapping of subject to tensor of shape (B, H)

    Returns
    -------
    loss : tensor of shape ()
    """
    each = [mse_loss(builders[k](embedded[k]), columns[k]) for k in sorted(columns)]
    return torch.stack(each).mean()


def cycle_loss(
    builders: Mapping[str, nn.Module],
    maps: Mapping[str, SubjectMap],
    embedded: Mapping[str, torch.Tensor],
) -> torch.Tensor:
    """Mean squared error of latent vectors that went through another subject (2).

    Parameters
    ----------
    builders : mapping of subject to Builder
    maps : mapping of subject to SubjectMap
    embedded : mapping of subject to tensor of shape (B, H)
        Of two subjects or more; of one alone the loss is 0.

    Returns
    -------
    loss : tensor of shape ()
    """
    names = sorted(embedded)
    if len(names) < 2:
        return 0.0 * embedded[names[0]].sum()
    turn = 1 + int(torch.randint(len(names) - 1, ()))
    each = []
    for place, name in enumerate(names):
        other = names[(place + turn) % len(names)]
        again = maps[other].embed(builders[other](embedded[name]))  # (B, H)
        each.append(mse_loss(again, embedded[name]))
    return torch.stack(each).mean()

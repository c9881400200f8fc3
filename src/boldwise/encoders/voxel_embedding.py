"""Voxel-embedding encoder: one network for all brains, one short vector per voxel.

Letters for shapes: B stimuli, L levels of the frozen network, T tokens, D token width,
C narrowed width, E embedding, H hidden width, V voxels of a subject, N those drawn.

After Beliy, Wasserman, Zalcher & Irani (2024), "The Wisdom of a Crowd of Brains: A
Universal Brain Encoder", arXiv 2406.12179; told second-hand, equations numbered here,
for a stimulus, a level l and a voxel with embedding e:

(1) x = LN(tokens) narrowed to C; keys K x + p, with a learned p for every place
(2) A = softmax((Q e) · (K x + p)), not divided by a root
(3) f = LN(A x)
(4) o = f + W2 gelu(W1 f + b1) + b2
(5) prediction = sum over l of (F_l e) · o_l
(6) loss = mean squared error - 0.1 cosine of predicted and measured pattern

How we differ: voxels are drawn per step and subject, not per stimulus, so that what
depends on a voxel alone is multiplied out once: K' Q e and p Q e for (2), W2' F e for
(5), which leaves out half of the products of (4). Dropout after (3) drops the same
channels for all voxels. Optimised by AdamW. The backbone carries no adapters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import layer_norm

from boldwise.encoders.voxel_gradients import GroupLoss
from boldwise.encoders.voxel_products import (
    Folded,
    pattern_loss,
    predict,
    predict_traced,
)

Parts = dict[str, torch.Tensor]


@dataclass(frozen=True)
class VoxelEmbeddingSizes:
    """Sizes of the shared network; the defaults are the published ones.

    Attributes
    ----------
    embedding, narrowed, hidden : int
        E, C and H.
    cosine : float
        Weight of the cosine in (6).
    dropout : float
        Published: 0.25.
    """

    embedding: int = 256
    narrowed: int = 128
    hidden: int = 512
    cosine: float = 0.1
    dropout: float = 0.0


SIZES = VoxelEmbeddingSizes()


class VoxelEmbeddingEncoder(nn.Module):
    """Predict the voxels of many subjects from the tokens of several levels.

    Parameters
    ----------
    n_voxels : mapping of int
        Voxels of each subject; a name may be ``dataset/subject``.
    shape : (int, int, int)
        L, T and D of the tokens.
    sizes : VoxelEmbeddingSizes
    """

    undecayed = ("embedding", "place", "norm")

    def __init__(
        self,
        n_voxels: Mapping[str, int],
        shape: tuple[int, int, int],
        *,
        sizes: VoxelEmbeddingSizes = SIZES,
    ) -> None:
        super().__init__()
        n_levels, n_tokens, width = shape
        e, c, h = sizes.embedding, sizes.narrowed, sizes.hidden
        self.sizes = sizes
        self.embedding = nn.ParameterDict()
        for name, count in n_voxels.items():
            self.add_subject(name, 0.05 / e**0.5 * torch.randn(count, e))  # (V, E)
        self.narrow = _matrix(n_levels, width, c)  # (L, D, C)
        self.narrow_bias = nn.Parameter(torch.zeros(n_levels, 1, c))
        self.to_key = _matrix(n_levels, c, e)  # (L, C, E), K
        self.place = nn.Parameter(0.02 * torch.randn(n_levels, n_tokens, e))  # p
        self.to_query = nn.Linear(e, e)  # Q
        self.norm_scale = nn.Parameter(torch.ones(n_levels, c))
        self.norm_shift = nn.Parameter(torch.zeros(n_levels, c))
        self.widen = _matrix(n_levels, h, c, fan=c)  # (L, H, C), W1
        self.widen_bias = nn.Parameter(torch.zeros(n_levels, h))
        self.out = _matrix(n_levels, c, h, fan=h)  # (L, C, H), W2
        self.out_bias = nn.Parameter(torch.zeros(n_levels, c))
        self.functional = _matrix(n_levels, e, c)  # (L, E, C), F'

    def add_subject(self, name: str, embedding: torch.Tensor) -> None:
        """Take up a subject with embeddings of shape (V, E)."""
        self.embedding[_key(name)] = nn.Parameter(embedding)

    def embedding_of(self, name: str) -> np.ndarray:
        """Embeddings of a subject, shape (V, E)."""
        table: np.ndarray = self.embedding[_key(name)].detach().cpu().numpy().copy()
        return table

    def shared_state(self) -> Parts:
        """Copy what all subjects share, by name."""
        return {k: v.clone() for k, v in self.state_dict().items() if k in SHARED}

    def forward(
        self, tokens: torch.Tensor, subject: str, column: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Standardised responses (B, N) of a subject to tokens (B, L, T, D).

        ``column`` (N,) names the voxels; all, where it is absent. Nothing is dropped.
        Where gradients are on, it carries one and keeps all that this takes; training
        goes through ``loss``, which does not.
        """
        table = self.embedding[_key(subject)]  # (V, E)
        voxels = table if column is None else table[column]  # (N, E)
        answer = predict_traced if torch.is_grad_enabled() else predict
        return answer(self.narrowed(tokens), self.fold(voxels))  # (B, N)

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, Parts]:
        """Equation (6), mean over stimuli.

        In single precision even where training asks for less: the scores of (2) are
        not divided by a root, and halves of large scores are far apart.

        Parameters
        ----------
        batch : dict
            By subject, or of the subject that ``"source"`` names: ``tokens``
            (B, L, T, D), standardised ``responses`` (B, N), and ``responses_column``
            (N,) where voxels are drawn.

        Returns
        -------
        loss : tensor of shape ()
        parts : dict of tensor of shape ()
            ``squared_error`` and ``cosine``.
        """
        groups = {batch["source"]: batch} if "source" in batch else batch
        with torch.autocast(self.narrow.device.type, enabled=False):
            sums = [self._loss_of(name, part) for name, part in groups.items()]
        n_stimuli = sum(len(part["responses"]) for part in groups.values())
        loss = torch.stack([one for one, _ in sums]).sum() / n_stimuli
        parts = torch.stack([parts for _, parts in sums]).sum(0) / n_stimuli  # (2,)
        return loss, {"squared_error": parts[0], "cosine": parts[1]}

    def _loss_of(
        self, subject: str, part: Mapping[str, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Sum over the stimuli of one subject: loss (), parts (2,)."""
        table = self.embedding[_key(subject)]  # (V, E)
        column = part.get("responses_column")
        voxels = table if column is None else table[column]  # (N, E)
        if not torch.is_grad_enabled():
            found = predict(self.narrowed(part["tokens"]), self.fold(voxels))  # (B, N)
            parts, _ = pattern_loss(found, part["responses"], self.sizes.cosine)
            return parts[0] - self.sizes.cosine * parts[1], parts
        shared = [one for name, one in self.named_parameters() if name in SHARED]

        def prepare(leaf: torch.Tensor) -> tuple[torch.Tensor, Folded]:
            return self.narrowed(part["tokens"]), self.fold(leaf)

        options = {
            "cosine": self.sizes.cosine,
            "keep": self._keep(part["tokens"]),
            "shared": any(one.requires_grad for one in shared),
        }
        loss, parts = GroupLoss.apply(
            prepare, options, part["responses"], voxels, *shared
        )
        return loss, parts

    def narrowed(self, tokens: torch.Tensor) -> torch.Tensor:
        """Equation (1): tokens (B, L, T, D) to x (B, L, T, C)."""
        standard = layer_norm(tokens, tokens.shape[3:])  # (B, L, T, D)
        return standard @ self.narrow + self.narrow_bias  # (B, L, T, C)

    def fold(self, voxels: torch.Tensor) -> Folded:
        """Multiply out what depends on embeddings (N, E) alone."""
        query = self.to_query(voxels)  # (N, E), Q e
        weight = voxels @ self.functional  # (L, N, C), F e
        scale, shift = self.norm_scale[:, None], self.norm_shift[:, None]  # (L, 1, C)
        straight = shift + self.out_bias[:, None]  # (L, 1, C)
        return Folded(
            query=query @ self.to_key.mT,  # (L, N, C)
            place=query @ self.place.mT,  # (L, N, T)
            direct=weight * scale,  # (L, N, C)
            through=weight @ self.out,  # (L, N, H)
            constant=(weight * straight).sum((0, 2)),  # (N,)
            hidden=self.widen * scale,  # (L, H, C)
            shift=self.widen_bias + (self.widen * shift).sum(2),  # (L, H)
        )

    def _keep(self, tokens: torch.Tensor) -> torch.Tensor | None:
        """Channels that this step keeps, scaled up: (B, L, 1, C)."""
        rate = self.sizes.dropout
        if not self.training or not rate:
            return None
        n_stimuli, n_levels = tokens.shape[:2]
        shape = (n_stimuli, n_levels, 1, self.sizes.narrowed)
        return (torch.rand(shape, device=tokens.device) >= rate).to(tokens) / (1 - rate)


SHARED = (
    "narrow",
    "narrow_bias",
    "to_key",
    "place",
    "to_query.weight",
    "to_query.bias",
    "norm_scale",
    "norm_shift",
    "widen",
    "widen_bias",
    "out",
    "out_bias",
    "functional",
)


def _key(name: str) -> str:
    return name.replace(".", "_")  # what torch allows in the name of a parameter


def _matrix(*shape: int, fan: int | None = None) -> nn.Parameter:
    """Small weights (L, ...), so that what comes out is as wide as what goes in."""
    return nn.Parameter(torch.randn(shape) / (fan or shape[1]) ** 0.5)

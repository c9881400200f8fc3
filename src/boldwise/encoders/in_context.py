"""The in-context encoder: from a few images and responses to a voxel's weights.

Letters for shapes: n images of the context, D numbers of an embedding, V voxels, E
width of the transformer, G registers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.encoders.map_study import Scale, refuse_gaps
from boldwise.encoders.set_transformer import SetBlock
from boldwise.encoders.shifted_solve import ridge_around
from boldwise.encoders.voxel_memory import VoxelMemory
from boldwise.errors import ConfigError, DataError, ShapeMismatchError

LEAST = 3  # images of a context
VOXELS = 256  # at once where weights are asked for, which bounds the memory
NOISE = 4.0  # to begin with: so many times the variance that the embedding explains


@dataclass(frozen=True)
class InContextShape:
    """Size of the transformer.

    Attributes
    ----------
    width, n_blocks, n_heads, n_registers : int
        Published: 560, 20, 10 and 4, for embeddings of 512 numbers.
    dropout : float
    solve : bool
        False: the transformer's own weights are the answer, as published.
    n_remembered : int
        Voxels of the other subjects that are remembered, at most; 0: none, as
        published.
    """

    width: int = 64
    n_blocks: int = 2
    n_heads: int = 4
    n_registers: int = 4
    dropout: float = 0.0
    solve: bool = True
    n_remembered: int = 512

    def __post_init__(self) -> None:
        if self.width % self.n_heads:
            raise ConfigError(
                f"a width of {self.width} does not divide among {self.n_heads} heads."
            )


class InContextEncoder(nn.Module):
    """From (embedding, response) pairs of a voxel to its linear weights.

    A transformer without positions reads the pairs, so their order does not matter
    [1]_. It tells a prior for the voxel at hand: the weights it expects, and how
    noisy the responses are; the weights are then those of a ridge around that prior
    in a space learned from other voxels (``prior``; with the identity, no expectation
    and a fixed noise, this is ridge itself). With many images the data decide, with
    few the prior does. What it expects begins at the weights of voxels of other
    subjects that respond alike (``voxel_memory``).

    Differs from [1]_, whose transformer gives the weights at once (``solve=False``):
    it must first learn to regress, for which the paper spends two stages on
    synthetic voxels; here regression is exact from the start. A pair enters as
    embedding, response and their product, which is what regression sums up.

    Responses are standardised within the context, so weights follow the gain of a
    voxel exactly, and the intercept its offset.

    Parameters
    ----------
    scale : Scale
        Of the D columns of the embedding, over the images of training.
    shape : InContextShape

    Attributes
    ----------
    prior : parameter of shape (D, D)
        Root of the covariance of weights over the voxels of training.

    References
    ----------
    .. [1] Yu et al. (2025), "Meta-Learning an In-Context Transformer Model of Human
       Higher Visual Cortex", NeurIPS, arXiv 2505.15813 (read in a summary).
    """

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, scale: Scale, shape: InContextShape = InContextShape()) -> None:
        super().__init__()
        n_features, width = len(scale.mean), shape.width
        self.shape = shape
        self.register_buffer("mean", torch.from_numpy(scale.mean))  # (D,)
        self.register_buffer("spread", torch.from_numpy(scale.width))  # (D,)
        self.prior = nn.Parameter(torch.eye(n_features))
        self.image = nn.Linear(n_features, width)
        self.product = nn.Linear(n_features, width)
        self.embed = nn.Sequential(
            nn.Linear(width, width), nn.LeakyReLU(0.1), nn.Linear(width, width)
        )
        self.register = nn.Parameter(0.02 * torch.randn(shape.n_registers, width))
        self.blocks = nn.ModuleList(
            SetBlock(width, shape.n_heads, shape.dropout) for _ in range(shape.n_blocks)
        )
        self.norm = nn.LayerNorm(width)
        self.expect = nn.Linear(width, n_features)
        nn.init.normal_(self.expect.weight, std=1e-3)
        nn.init.zeros_(self.expect.bias)
        self.memory: VoxelMemory | None = None
        if shape.n_remembered:
            self.memory = VoxelMemory(shape.n_remembered, n_features, width)
        if shape.solve:
            self.noise = nn.Linear(width, 1)
            nn.init.normal_(self.noise.weight, std=1e-3)
            nn.init.constant_(self.noise.bias, np.log(NOISE * n_features))
        self.undecayed = ("prior", "register")

    def forward(
        self,
        embedding: torch.Tensor,
        response: torch.Tensor,
        own: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Tell the weights of voxels that all saw the same images.

        Parameters
        ----------
        embedding : tensor of shape (n, D)
        response : tensor of shape (V, n)
            Any unit.
        own : tensor of int, shape (V,), optional
            Where each voxel is remembered itself; -1: it is not.

        Returns
        -------
        weight : tensor of shape (V, D)
            Response unit per unit of the embedding.
        intercept : tensor of shape (V,)
        """
        with torch.autocast(embedding.device.type, enabled=False):
            return self._tell(embedding, response, own)

    def _tell(
        self,
        embedding: torch.Tensor,
        response: torch.Tensor,
        own: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        middle = embedding.mean(0)  # (D,)
        level = response.mean(1, keepdim=True)  # (V, 1)
        gain = response.std(1, keepdim=True, correction=0)  # (V, 1)
        target = (response - level) / torch.where(gain > 0, gain, 1)  # (V, n)
        seen = ((embedding - middle) / self.spread) @ self.prior  # (n, D)
        summary = self._read(seen, target)  # (V, E)
        found: torch.Tensor = self.expect(summary)  # (V, D)
        if self.memory is not None:
            found = found + self.memory(summary, seen, target, own)  # (V, D)
        if self.shape.solve:
            penalty = self.noise(summary)[:, 0].exp()  # (V,)
            found = ridge_around(seen, target, prior=found, penalty=penalty)  # (V, D)
        weight = gain * (found @ self.prior.T) / self.spread  # (V, D)
        return weight, level[:, 0] - weight @ middle  # (V, D), (V,)

    def _read(self, seen: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Summaries (V, E) of the pairs of images (n, D) and responses (V, n)."""
        # The product of response and embedding is linear in the embedding: (n, E) once.
        pair = self.image(seen) + target[:, :, None] * self.product(seen)  # (V, n, E)
        pair = pair + self.embed(pair)  # (V, n, E)
        register = self.register.expand(len(pair), -1, -1)  # (V, G, E)
        members = torch.cat([register, pair], dim=1)  # (V, G + n, E)
        for block in self.blocks[:-1]:
            members = block(members)  # (V, G + n, E)
        first = self.blocks[-1](members, n_read=1)  # (V, 1, E)
        summary: torch.Tensor = self.norm(first[:, 0])  # (V, E)
        return summary

    def loss(self, batch: Mapping[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Squared error on images outside the context, in units of its spread.

        Parameters
        ----------
        batch : mapping of tensor
            ``context`` (n, D) with ``response`` (V, n); ``query`` (m, D) with
            ``answer`` (V, m); ``own`` (V,) where voxels are remembered.

        Returns
        -------
        loss : tensor of shape ()
        parts : dict
            Empty: the loss has one part.
        """
        weight, intercept = self(batch["context"], batch["response"], batch.get("own"))
        predicted = weight @ batch["query"].T + intercept[:, None]  # (V, m)
        gain = batch["response"].std(1, keepdim=True, correction=0)  # (V, 1)
        error = (predicted - batch["answer"]) / torch.where(gain > 0, gain, 1)
        return error.square().mean(), {}


@dataclass(frozen=True)
class LinearWeights:
    """Weights of voxels, as ridge has them.

    Attributes
    ----------
    weight : array of float32, shape (n_features, n_voxels)
    intercept : array of float32, shape (n_voxels,)
    """

    weight: np.ndarray
    intercept: np.ndarray

    def predict(self, embedding: np.ndarray) -> np.ndarray:
        """Responses (n_new, n_voxels) to images of embedding (n_new, n_features)."""
        return np.asarray(embedding @ self.weight + self.intercept, np.float32)


def read_context(
    model: InContextEncoder, embedding: np.ndarray, response: np.ndarray
) -> LinearWeights:
    """Weights of a new subject's voxels, without a step of training.

    Parameters
    ----------
    model : InContextEncoder
        Trained on other subjects.
    embedding : array of shape (n_images, n_features)
    response : array of shape (n_images, n_voxels)

    Returns
    -------
    weights : LinearWeights

    Raises
    ------
    ShapeMismatchError
        If images and responses differ in number, or the embedding is of another
        width than the model's.
    DataError
        If there are too few images, or a response is NaN or infinite.
    """
    n_features = len(model.mean)
    if len(embedding) != len(response) or embedding.shape[1] != n_features:
        raise ShapeMismatchError(
            f"a context of embeddings {embedding.shape} and responses "
            f"{response.shape}: rows must agree, and this model reads embeddings of "
            f"{n_features} numbers."
        )
    if len(embedding) < LEAST:
        raise DataError(
            f"a context of {len(embedding)} images tells nothing: give {LEAST} or more."
        )
    refuse_gaps(response)
    model.eval()
    seen = torch.from_numpy(np.asarray(embedding, np.float32))  # (n, D)
    answers = torch.from_numpy(np.array(response.T, np.float32, order="C"))  # (V, n)
    with torch.no_grad():
        told = [model(seen, block) for block in torch.split(answers, VOXELS)]
    weight = torch.cat([one for one, _ in told]).numpy()  # (V, D)
    intercept = torch.cat([one for _, one in told]).numpy()  # (V,)
    return LinearWeights(np.ascontiguousarray(weight.T), intercept)

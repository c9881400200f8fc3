"""A small diffusion prior: decoded embeddings to embeddings as true ones are.

What is decoded by least squares is the mean of what may have been seen: too short, too
alike, and where no true embedding lies. A generator that was trained on true ones makes
little of it. This prior draws an embedding from those that may belong to a decoded one:
farther from the truth than the mean in squared distance, but of true length and spread.

Letters for shapes: B embeddings of a batch, D their width, W width of the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from boldwise.decoders.standardise import Standardiser, fit_standardiser
from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.training.batches import RowBatches
from boldwise.training.history import History
from boldwise.training.loop import train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

TRAINING = TrainingOptions(
    n_epochs=200, batch_size=64, learning_rate=2e-3, schedule="cosine", patience=60
)
N_FREQUENCIES = 16
LAST = 0.999  # of the way to pure noise: there the noise tells nothing of its direction


class Denoiser(nn.Module):
    """Predict the velocity of a noisy embedding, given the decoded one.

    At time t, from 0 to 1, an embedding x has become ``x cos(πt/2) + e sin(πt/2)`` with
    noise e; its velocity is ``e cos(πt/2) - x sin(πt/2)`` [1]_.

    Parameters
    ----------
    n_features : int
        D, of embeddings and conditions alike.
    width : int
        W.
    n_blocks : int
        Residual blocks.
    dropout : float
        Within a block.

    References
    ----------
    .. [1] Salimans & Ho (2022), "Progressive distillation for fast sampling of
       diffusion models", ICLR. Ours is a network of vectors, without guidance.
    """

    frequency: Tensor

    def __init__(
        self, n_features: int, *, width: int, n_blocks: int, dropout: float
    ) -> None:
        super().__init__()
        self.enter = nn.Linear(2 * n_features + 2 * N_FREQUENCIES, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width),
                nn.Linear(width, 2 * width),
                nn.GELU(),
                nn.Dropout(dropout),
                nn.Linear(2 * width, width),
            )
            for _ in range(n_blocks)
        )
        self.leave = nn.Linear(width, n_features)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)
        self.register_buffer("frequency", torch.pi * 2.0 ** torch.linspace(0, 6, 16))

    def forward(self, noisy: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        """Velocity (B, D) of embeddings (B, D) at times (B, 1), given conditions."""
        phase = self.frequency * time  # (B, 16)
        given = [noisy, condition, phase.sin(), phase.cos()]
        hidden = self.enter(torch.cat(given, dim=1))  # (B, W)
        for block in self.blocks:
            hidden = hidden + block(hidden)
        velocity: Tensor = self.leave(hidden)  # (B, D)
        return velocity

    def loss(self, batch: Mapping[str, Any]) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean squared error of the velocity, at times and with noise drawn anew."""
        true, condition = batch["target"], batch["prediction"]
        time = torch.rand(len(true), 1, device=true.device, dtype=true.dtype)
        noise = torch.randn_like(true)
        cos, sin = _share(time)
        found = self(true * cos + noise * sin, time, condition)
        loss = ((found - (noise * cos - true * sin)) ** 2).mean()
        return loss, {}


@dataclass
class DiffusionPrior:
    """Draws a true-looking embedding for each decoded one; fits ``EmbeddingPrior``.

    Fit it on predictions of stimuli that the decoder was not trained on (out of fold):
    on others it learns to trust what new predictions do not deserve.

    Attributes
    ----------
    width, n_blocks : int
        Of the network.
    dropout : float
    n_steps : int
        From noise to an embedding (DDIM, deterministic after the first noise).
    n_draws : int
        Embeddings whose mean is given; 1 keeps the spread of true ones, many come
        close to the regression.
    validation_share : float
        Of the rows, to choose the epoch by; 0: none.
    seed : int
        Of the noise that sampling starts from: the same for each row number.
    training : TrainingOptions
    """

    width: int = 256
    n_blocks: int = 3
    dropout: float = 0.1
    n_steps: int = 25
    n_draws: int = 1
    validation_share: float = 0.15
    seed: int = 0
    training: TrainingOptions = field(default_factory=lambda: TRAINING)

    def __post_init__(self) -> None:
        wrong = [
            name
            for name in ("width", "n_blocks", "n_steps", "n_draws")
            if getattr(self, name) < 1
        ]
        if wrong or not 0 <= self.validation_share < 1:
            raise ConfigError(
                f"diffusion prior: {', '.join(wrong) or 'validation_share'} must be "
                "at least 1 (the share from 0 to below 1)."
            )

    def fit(self, prediction: np.ndarray, target: np.ndarray) -> Self:
        """Learn from out-of-fold predictions and targets, shape (n_train, D).

        Raises
        ------
        ShapeMismatchError
            If they differ in shape.
        DataError
            If a value is NaN or infinite.
        """
        if prediction.shape != target.shape:
            raise ShapeMismatchError(
                f"predictions have shape {prediction.shape}, targets {target.shape}; a "
                "diffusion prior needs pairs in one space."
            )
        self.predictions_ = fit_standardiser(prediction, what="decoded features")
        self.targets_ = fit_standardiser(target, what="true features")
        arrays = {
            "prediction": self.predictions_.apply(prediction).astype(np.float32),
            "target": self.targets_.apply(target).astype(np.float32),
        }
        order = np.random.default_rng(self.training.seed).permutation(len(target))
        held = np.sort(order[: int(self.validation_share * len(target))])
        batches = RowBatches(arrays, validation_row=held)
        with seeded(self.training.seed):
            self.denoiser_ = Denoiser(
                target.shape[1],
                width=self.width,
                n_blocks=self.n_blocks,
                dropout=self.dropout,
            )
        options = self.training
        if not len(held):
            options = replace(options, patience=None)
        self.history_: History = train(self.denoiser_, batches, options=options)
        return self

    def transform(self, prediction: np.ndarray) -> np.ndarray:
        """Draw embeddings for predictions (n_items, D), in the unit of the targets.

        Raises
        ------
        DataError
            If the prior was not fitted.
        """
        if not hasattr(self, "denoiser_"):
            raise DataError("this DiffusionPrior is not fitted yet: call fit first.")
        condition = self.predictions_.apply(prediction).astype(np.float32)
        given = torch.from_numpy(condition)
        rng = np.random.default_rng(self.seed)
        draws = [self._draw(given, rng) for _ in range(self.n_draws)]
        return _undo(np.mean(draws, axis=0), self.targets_)

    def _draw(self, condition: Tensor, rng: np.random.Generator) -> np.ndarray:
        """Walk from noise to embeddings (n_items, D), z-scored."""
        noise = rng.standard_normal(condition.shape).astype(np.float32)
        noisy = torch.from_numpy(noise)
        times = torch.linspace(LAST, 0.0, self.n_steps + 1)
        with torch.no_grad():
            for now, then in pairwise(times):
                time = now.expand(len(noisy), 1)
                cos, sin = _share(time)
                velocity = self.denoiser_(noisy, time, condition)
                clean = noisy * cos - velocity * sin
                left = noisy * sin + velocity * cos
                cos, sin = _share(then.expand(len(noisy), 1))
                noisy = clean * cos + left * sin
        return noisy.numpy()


def _share(time: Tensor) -> tuple[Tensor, Tensor]:
    """Shares of embedding and noise at a time."""
    angle = time * (torch.pi / 2)
    return angle.cos(), angle.sin()


def _undo(values: np.ndarray, scale: Standardiser) -> np.ndarray:
    """Turn z-scores back; columns that never varied are their mean."""
    spread = np.where(np.isfinite(scale.spread), scale.spread, 0.0)
    return np.asarray(values * spread + scale.mean, np.float32)

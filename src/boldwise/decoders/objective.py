"""What a trained decoder is to be good at, and how that changes in the course.

Letters for shapes: N rows of a batch, all subjects together; F numbers per embedding.
"""

from dataclasses import dataclass

import torch

from boldwise.decoders.losses import (
    anneal,
    cosine_distance,
    cosine_similarities,
    info_nce,
    mixed_nce,
    soft_clip,
)
from boldwise.decoders.mixing import Mixture
from boldwise.errors import ConfigError

DISTANCES = ("mse", "cosine")
CONTRASTS = ("soft_clip", "info_nce")


@dataclass(frozen=True)
class Objective:
    """Weights and schedules of the parts of the loss.

    Targets are standardised, so that cosines between stimuli lie around 0 and not, as
    those of raw CLIP embeddings, near 1: temperatures are higher than published.

    Attributes
    ----------
    regression, contrast : float
        Weights of distance and of contrast; each is a mean over targets.
    distance : str
        ``"mse"`` or ``"cosine"``, of the embedding for regression.
    mixed_share : float
        Of all steps, from the first: brains are mixed (BiMixCo); 0: never.
    then : str
        After those, ``"soft_clip"`` or ``"info_nce"``.
    temperature : float
        Of BiMixCo and InfoNCE.
    soft_temperature : (float, float)
        Of SoftCLIP, from its first step to the last along half a cosine.
    rebuild, cycle : float
        Weights of rebuilding a subject's voxels from the latent space, and of going
        through another subject's voxels and back (MindBridge); 0: without.
    """

    regression: float = 1.0
    contrast: float = 1.0
    distance: str = "mse"
    mixed_share: float = 1 / 3
    then: str = "soft_clip"
    temperature: float = 0.1
    soft_temperature: tuple[float, float] = (0.1, 0.1)
    rebuild: float = 0.0
    cycle: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            f"{name} is '{value}', known are {', '.join(known)}"
            for name, value, known in (
                ("distance", self.distance, DISTANCES),
                ("then", self.then, CONTRASTS),
            )
            if value not in known
        ]
        if min(self.temperature, *self.soft_temperature) <= 0:
            problems.append("temperatures must be above 0")
        weights = (self.regression, self.contrast, self.rebuild, self.cycle)
        if min(weights) < 0 or self.regression + self.contrast == 0:
            problems.append(
                "weights must not be below 0, and regression or contrast above"
            )
        if problems:
            raise ConfigError(f"the objective of a decoder: {'; '.join(problems)}.")

    def mixes(self, share: float) -> bool:
        """Tell whether brains are mixed when so much of the training is over."""
        return self.contrast > 0 and share < self.mixed_share

    def far_off(
        self, told: torch.Tensor, wanted: torch.Tensor, mixture: Mixture | None
    ) -> torch.Tensor:
        """Distance of embeddings (N, F) from targets (N, F), mixed like the brains."""
        if mixture is not None:
            wanted = mixture.mix(wanted)
        if self.distance == "cosine":
            return cosine_distance(told, wanted)
        return torch.nn.functional.mse_loss(told, wanted)

    def tell_apart(
        self,
        told: torch.Tensor,
        wanted: torch.Tensor,
        mixture: Mixture | None,
        *,
        share: float | None,
    ) -> torch.Tensor:
        """Contrast of embeddings with targets.

        Parameters
        ----------
        told, wanted : tensor of shape (N, F)
        mixture : Mixture, or None
        share : float, or None
            Of the training that is over; None: judged, always by the same measure,
            InfoNCE, lest the schedule choose the best epoch.

        Returns
        -------
        loss : tensor of shape ()
        """
        similarity = cosine_similarities(told, wanted)  # (N, N)
        if mixture is not None:
            labels = mixture.labels()  # (N, N)
            return mixed_nce(similarity, labels, temperature=self.temperature)
        if share is None or self.then == "info_nce":
            return info_nce(similarity, temperature=self.temperature)
        way = (share - self.mixed_share) / max(1 - self.mixed_share, 1e-9)
        warmth = anneal(*self.soft_temperature, way)
        between = cosine_similarities(wanted, wanted)  # (N, N)
        return soft_clip(similarity, between, temperature=warmth)

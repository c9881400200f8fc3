"""Sizes of the shared-latent benchmark, what they cost, and the plain equations."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import gelu, mse_loss, normalize

from boldwise.decoders.objective import Objective
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.shared_latent import DecoderOptions, SharedLatentDecoder
from boldwise.decoders.subject_maps import SubjectInput

TEMPERATURE = 0.1


@dataclass(frozen=True)
class Sizes:
    """What is decoded from what."""

    n_subjects: int = 7
    n_voxels: int = 15_724
    batch: int = 9
    latent: int = 1024
    targets: tuple[tuple[int, ...], ...] = ((257, 768),)
    n_blocks: int = 2

    @property
    def subjects(self) -> list[str]:
        """Names."""
        return [f"s{number}" for number in range(self.n_subjects)]

    def gflop(self) -> float:
        """Of the products of a step that the mathematics needs."""
        n, h = self.n_subjects * self.batch, self.latent
        forward, alike = n * self.n_blocks * h * h, 0
        for shape in self.targets:
            size, width = int(np.prod(shape)), shape[-1]
            forward += n * size * (h + width)  # head, projection
            alike += n * size * n
        # responses and targets need no gradient
        return 2e-9 * (3 * forward + 2 * alike + 2 * n * h * self.n_voxels)

    def model(self, *, mixed: float = 1.0) -> SharedLatentDecoder:
        """Make the decoder; its residual layers do something, as after training."""
        torch.manual_seed(0)
        ones = np.ones(self.n_voxels, np.float32)
        inputs = {name: SubjectInput(0 * ones, ones) for name in self.subjects}
        scales = {
            f"t{place}": RowScale(np.zeros(shape, "f4"), np.ones(shape, "f4"))
            for place, shape in enumerate(self.targets)
        }
        aim = Objective(mixed_share=mixed, temperature=TEMPERATURE)
        options = DecoderOptions(self.latent, self.n_blocks, 0.0, objective=aim)
        model = SharedLatentDecoder(inputs, scales, options=options)
        with torch.no_grad():
            for name, one in model.named_parameters():
                if ("trunk" in name or "project" in name) and one.ndim == 2:
                    one.normal_(0, 0.02)
        return model

    def batch_of(self, device: str) -> dict[str, Any]:
        """Responses and targets of one step."""
        torch.manual_seed(1)
        return {
            name: {
                "responses": torch.randn(self.batch, self.n_voxels, device=device),
                "targets": {
                    f"t{place}": torch.randn(self.batch, *shape, device=device)
                    for place, shape in enumerate(self.targets)
                },
            }
            for name in self.subjects
        }


SIZES = {
    "cpu": Sizes(),
    "small": Sizes(n_voxels=983, latent=256, targets=((257, 192),)),
    "cuda": Sizes(latent=4096, targets=((1280,), (257, 768)), n_blocks=4),
}


class Plain(nn.Module):
    """The equations of ``shared_latent`` as they stand, on the same weights."""

    def __init__(self, ours: SharedLatentDecoder) -> None:
        super().__init__()
        self.ours = ours

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """BiMixCo and mean squared error."""
        names = sorted(batch)
        first, partners = 0, []
        for name in names:
            size = len(batch[name]["responses"])
            partners.append(first + torch.randperm(size))
            first += size
        partner = torch.cat(partners).to(batch[names[0]]["responses"].device)
        share = torch.distributions.Beta(0.15, 0.15).sample((first,))
        share = torch.where(torch.rand(first) < 0.5, share, torch.ones(()))
        share = share.to(partner.device)
        latent, begin = [], 0
        for name in names:
            one = self.ours.map_of(name)
            x = (batch[name]["responses"] - one.mean) / one.width  # (B, V)
            rows = slice(begin, begin + len(x))
            own = share[rows, None]
            x = own * x + (1 - own) * x[partner[rows] - begin]
            latent.append(one.inner.linear(x))  # (B, H)
            begin += len(x)
        z = torch.cat(latent)  # (N, H)
        for block in self.ours.trunk:
            z = z + block.linear(gelu(block.norm(z)))
        losses = [
            self._target(place, z, batch, partner, share)
            for place in range(len(self.ours.heads))
        ]
        return torch.stack(losses).mean(), {}

    def _target(
        self,
        place: int,
        z: torch.Tensor,
        batch: dict[str, Any],
        partner: torch.Tensor,
        share: torch.Tensor,
    ) -> torch.Tensor:
        head, scale = self.ours.heads[f"=t{place}"], self.ours.scale_of(f"t{place}")
        wanted = torch.cat([batch[n]["targets"][f"t{place}"] for n in sorted(batch)])
        wanted = ((wanted - scale.mean) / scale.width).flatten(1)  # (N, F)
        told = head.expand.linear(z)  # (N, F)
        tokens = told.view(-1, *head.shape)
        for layer in head.project:
            tokens = tokens + layer.linear(gelu(layer.norm(tokens)))  # (N, T, D)
        brain, stimulus = normalize(tokens.flatten(1)), normalize(wanted)  # (N, F)
        logits = brain @ stimulus.T / TEMPERATURE
        labels = torch.zeros_like(logits)
        for row in range(len(labels)):
            labels[row, row] += share[row]
            labels[row, partner[row]] += 1 - share[row]
        rows = -(logits.softmax(1).log() * labels).sum(1).mean()
        columns = -(logits.T.softmax(1).log() * labels.T).sum(1).mean()
        own = share[:, None]
        mixed = own * wanted + (1 - own) * wanted[partner]
        return mse_loss(told, mixed) + (rows + columns) / 2

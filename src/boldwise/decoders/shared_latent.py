"""Shared-latent decoder: many brains, one space between them and the stimuli.

Letters for shapes: B rows of one subject, N of all in a batch, V voxels of one
subject, H width of the latent space, F numbers per target (tokens times width).

(1) x_s = (responses - mean_s) / width_s, of the training trials of subject s;
(2) e = x_s A_s + a_s, a map per subject (``subject_maps`` has others);
(3) z: n residual layers, the same for all subjects;
(4) regression y = z C + c, retrieval r = y + g(y) with a map g of each token.

After Scotti et al. (2024), "MindEye2", ICML, without its dead parts: its residual
layers never reach its output, as one norm goes over a single number. Ours do (a test
asks for every parameter's gradient). We also differ in that targets are standardised,
that regression is supervised (published: a diffusion prior is), and that a retrieval
embedding is a residual of the one for regression.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.decoders.cyclic import Builder, cycle_loss, rebuild_loss
from boldwise.decoders.heads import Head, HeadOptions, Residual
from boldwise.decoders.mixing import Mixture, draw_mixture
from boldwise.decoders.objective import Objective
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.subject_maps import MapOptions, SubjectInput, SubjectMap
from boldwise.errors import DataError, name_some

LINEAR_MAP, OBJECTIVE = MapOptions(), Objective()
Told = dict[str, tuple[torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class DecoderOptions:
    """How a shared-latent decoder is made.

    Attributes
    ----------
    latent : int
        H.
    n_blocks : int
        Residual layers of the trunk; 0: the decoder is linear up to retrieval.
    dropout : float
        Within the layers of the trunk.
    subject_map : MapOptions
    heads : mapping of str to HeadOptions
        By target; those not named get the default.
    objective : Objective
    """

    latent: int = 1024
    n_blocks: int = 2
    dropout: float = 0.15
    subject_map: MapOptions = LINEAR_MAP
    heads: Mapping[str, HeadOptions] = field(default_factory=dict)
    objective: Objective = OBJECTIVE


class SharedLatentDecoder(nn.Module):
    """Tell targets of the stimulus from the responses of many subjects.

    Parameters
    ----------
    subjects : mapping of str to SubjectInput
        The order of the names changes nothing.
    targets : mapping of str to RowScale
        Mean and width of each target on training rows; their shape is the target's.
    options : DecoderOptions
    """

    def __init__(
        self,
        subjects: Mapping[str, SubjectInput],
        targets: Mapping[str, RowScale],
        *,
        options: DecoderOptions,
    ) -> None:
        super().__init__()
        self.options = options
        self.share: float | None = None
        layers = [
            Residual(options.latent, options.dropout) for _ in range(options.n_blocks)
        ]
        self.trunk = nn.Sequential(*layers)
        self.heads, self.scales = nn.ModuleDict(), nn.ModuleDict()
        for name, scale in sorted(targets.items()):
            plan = options.heads.get(name, HeadOptions())
            self.heads[_key(name)] = Head(options.latent, scale.mean.shape, plan)
            self.scales[_key(name)] = _Scale(scale)
        self.maps, self.builders = nn.ModuleDict(), nn.ModuleDict()
        for name in sorted(subjects):
            self.add_subject(name, subjects[name])

    def add_subject(self, name: str, subject: SubjectInput) -> None:
        """Take up a subject; its map begins at random, or is the shared one."""
        options = self.options
        inner = None
        if options.subject_map.shared and self.subjects:
            inner = self.map_of(self.subjects[0]).inner
        one = SubjectMap(subject, options.latent, options.subject_map, inner=inner)
        self.maps[_key(name)] = one
        if options.objective.rebuild or options.objective.cycle:
            self.builders[_key(name)] = Builder(options.latent, one.n_columns)

    def keep(self, subjects: Collection[str]) -> None:
        """Forget the subjects that are not named."""
        for name in set(self.subjects) - set(subjects):
            del self.maps[_key(name)]
            if _key(name) in self.builders:
                del self.builders[_key(name)]

    @property
    def targets(self) -> list[str]:
        """Names of the targets, sorted."""
        return sorted(_name(key) for key in self.heads)

    @property
    def subjects(self) -> list[str]:
        """Names of the subjects, sorted."""
        return sorted(_name(key) for key in self.maps)

    def map_of(self, subject: str) -> SubjectMap:
        """Look up the map of a subject."""
        key = _key(subject)
        if key not in self.maps:
            raise DataError(
                f"the decoder knows no subject '{subject}', it knows "
                f"{name_some(self.subjects)}. Adapt it to a new subject first."
            )
        found = self.maps[key]
        return found  # type: ignore[return-value]

    def builder_of(self, subject: str) -> nn.Module:
        """Look up the builder of a subject; an empty module where none is needed."""
        key = _key(subject)
        return self.builders[key] if key in self.builders else nn.Module()

    def scale_of(self, target: str) -> "_Scale":
        """Mean and width of a target, as buffers."""
        return self.scales[_key(target)]  # type: ignore[return-value]

    def forward(self, responses: torch.Tensor, subject: str) -> Told:
        """Tell all targets, standardised.

        Parameters
        ----------
        responses : tensor of shape (B, V)
            In the unit of the training responses.
        subject : str

        Returns
        -------
        told : dict of (tensor, tensor), each of shape (B, ...)
            By target: embeddings for regression and for retrieval.
        """
        one = self.map_of(subject)
        return self.tell(one(one.standardise(responses)))

    def tell(self, embedded: torch.Tensor) -> Told:
        """Tell all targets from what the maps gave, (B, H)."""
        latent = self.trunk(embedded)  # (B, H)
        return {name: self.heads[_key(name)](latent) for name in self.targets}

    def at(self, share: float) -> None:
        """Hear how much of the training is over: schedules hang on it."""
        self.share = share

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Loss of one batch, and its parts.

        Parameters
        ----------
        batch : dict
            By subject: ``responses`` (B, V), and ``targets``, a dict of tensors of
            shape (B, ...).

        Returns
        -------
        loss : tensor of shape ()
        parts : dict of tensor of shape ()
            ``regression`` and ``contrast`` of each target, before their weights.
        """
        names = sorted(batch)
        sizes = [len(batch[name]["responses"]) for name in names]
        mixture = self._mixture(sizes, batch[names[0]]["responses"].device)
        standard = {}
        for name, block in zip(names, _blocks(sizes, mixture), strict=True):
            values = self.map_of(name).standardise(batch[name]["responses"])  # (B, V)
            standard[name] = values if block is None else block.mix(values)
        embedded = {name: self.map_of(name)(standard[name]) for name in names}
        told = self.tell(torch.cat([embedded[name] for name in names]))  # (N, H)
        parts: dict[str, torch.Tensor] = {}
        for target, pair in told.items():
            wanted = [batch[name]["targets"][target] for name in names]
            parts |= self._judge(target, pair, torch.cat(wanted), mixture)
        parts |= self._cyclic(standard, embedded)
        return self._weigh(parts), parts

    def _mixture(self, sizes: list[int], device: torch.device) -> Mixture | None:
        early = self.options.objective.mixes(self.share or 0.0)
        if not (self.training and early):
            return None
        return draw_mixture(sizes, device=device)

    def _judge(
        self,
        target: str,
        told: tuple[torch.Tensor, torch.Tensor],
        raw: torch.Tensor,
        mixture: Mixture | None,
    ) -> dict[str, torch.Tensor]:
        aim = self.options.objective
        wanted = self.scale_of(target).standardise(raw).flatten(1)  # (N, F)
        regression, retrieval = (one.flatten(1) for one in told)  # (N, F)
        parts: dict[str, torch.Tensor] = {}
        if aim.regression or not self.heads[_key(target)].retrieves:
            parts[f"{target}_regression"] = aim.far_off(regression, wanted, mixture)
        if aim.contrast and self.heads[_key(target)].retrieves:
            share = (self.share or 0.0) if self.training else None
            parts[f"{target}_contrast"] = aim.tell_apart(
                retrieval, wanted, mixture, share=share
            )
        return parts

    def _cyclic(
        self, standard: dict[str, torch.Tensor], embedded: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        aim = self.options.objective
        parts: dict[str, torch.Tensor] = {}
        maps = {name: self.map_of(name) for name in embedded}
        builders = {name: self.builder_of(name) for name in embedded}
        if aim.rebuild:
            columns = {n: maps[n].columns(standard[n]) for n in maps}
            parts["rebuild"] = rebuild_loss(builders, columns, embedded)
        if aim.cycle:
            parts["cycle"] = cycle_loss(builders, maps, embedded)
        return parts

    def _weigh(self, parts: dict[str, torch.Tensor]) -> torch.Tensor:
        aim, whole = self.options.objective, torch.zeros(())
        weights = {"rebuild": aim.rebuild, "cycle": aim.cycle}
        kinds = {"regression": aim.regression or 1.0, "contrast": aim.contrast}
        for name, part in parts.items():
            kind = name.rpartition("_")[2]
            weight = weights.get(name, kinds.get(kind, 0.0) / len(self.heads))
            whole = whole.to(part) + weight * part
        return whole


class _Scale(nn.Module):
    """Mean and width of a target, on the device of the model."""

    mean: torch.Tensor
    width: torch.Tensor

    def __init__(self, scale: RowScale) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(scale.mean, dtype=torch.float32))
        self.register_buffer("width", torch.tensor(scale.width, dtype=torch.float32))

    def standardise(self, raw: torch.Tensor) -> torch.Tensor:
        """Standardise rows (N, ...)."""
        return (raw - self.mean) / self.width

    def to_rows(self) -> RowScale:
        """Give the same for arrays."""
        mean, width = (one.cpu().numpy() for one in (self.mean, self.width))
        return RowScale(np.array(mean), np.array(width))


def _blocks(sizes: list[int], mixture: Mixture | None) -> Iterator[Mixture | None]:
    first = 0
    for size in sizes:
        yield None if mixture is None else mixture.block(first, first + size)
        first += size


def _key(name: str) -> str:
    """Name a subject or target so that torch takes it: no dots, no word of its own."""
    return "=" + name.replace("%", "%25").replace(".", "%2E")


def _name(key: str) -> str:
    return key[1:].replace("%2E", ".").replace("%25", "%")

"""From the voxels of one subject to the latent space that all subjects share.

Letters for shapes: B rows of one subject, V voxels, R regions or parcels, K rank, H
width of the latent space.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from boldwise.errors import ConfigError, DataError, ShapeMismatchError

NO_REGION = -1


@dataclass(frozen=True)
class SubjectInput:
    """What a model must know of a subject before it sees any trial.

    Attributes
    ----------
    mean, width : array of float32, shape (V,)
        Of the training responses, in their unit.
    region : array of int, shape (V,), or None
        Region or parcel of each voxel, from 0; -1: none, the voxel is not used by
        maps that go by regions. Parcels mean the same place in all subjects.
    """

    mean: np.ndarray
    width: np.ndarray
    region: np.ndarray | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.mean), len(self.width)}
        lengths |= set() if self.region is None else {len(self.region)}
        if len(lengths) != 1:
            raise ShapeMismatchError(
                f"mean, width and region of a subject have lengths {sorted(lengths)}; "
                "each needs one entry per voxel."
            )

    def regions(self, wanted_by: str) -> np.ndarray:
        """Regions (V,), or a refusal if there are none."""
        if self.region is None or not (self.region > NO_REGION).any():
            raise DataError(
                f"{wanted_by} goes by regions, but the {len(self.mean)} voxels of a "
                "subject have none. Give `region`, or choose subject_map 'linear'."
            )
        return np.asarray(self.region)


@dataclass(frozen=True)
class MapOptions:
    """How voxels reach the latent space.

    Attributes
    ----------
    kind : str
        ``"linear"``: one matrix (MindEye2). ``"shallow"``: through a narrow layer (See
        Through Their Minds). ``"regions"``: one matrix per region, each normalised,
        then averaged (ROITok). ``"parcels"``: means of parcels, then one matrix
        (MindBridge, whose pool takes neighbours in the order of the voxels instead).
    rank : int
        K of ``"shallow"``.
    voxel_dropout : float
        Share of the voxels that a row loses in training.
    region_dropout : float
        Share of the regions that a row loses in training, as wholes; one stays.
    shared : bool
        Of ``"parcels"``: one matrix for all subjects, so that a subject never seen
        needs no training.
    """

    kind: str = "linear"
    rank: int = 32
    voxel_dropout: float = 0.0
    region_dropout: float = 0.0
    shared: bool = False

    def __post_init__(self) -> None:
        if self.kind not in MAPS:
            raise ConfigError(
                f"subject_map is '{self.kind}'; known: {', '.join(MAPS)}."
            )
        if self.shared and self.kind != "parcels":
            raise ConfigError(
                "a map that subjects share needs equal columns in all of them: choose "
                f"subject_map 'parcels', not '{self.kind}'."
            )


class SubjectMap(nn.Module):
    """Standardise, mask, map.

    Parameters
    ----------
    subject : SubjectInput
    width : int
        H.
    options : MapOptions
    inner : nn.Module, optional
        Of another subject, to be shared.
    """

    mean: torch.Tensor
    width: torch.Tensor
    region: torch.Tensor
    pool: torch.Tensor

    def __init__(
        self,
        subject: SubjectInput,
        width: int,
        options: MapOptions,
        *,
        inner: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.options = options
        self.n_voxels = self.n_columns = len(subject.mean)
        self.register_buffer("mean", torch.tensor(subject.mean, dtype=torch.float32))
        self.register_buffer("width", torch.tensor(subject.width, dtype=torch.float32))
        region = np.full(self.n_voxels, NO_REGION)
        if options.region_dropout > 0 or options.kind in BY_REGION:
            region = subject.regions(f"subject_map '{options.kind}'")
        self.register_buffer("region", torch.tensor(region, dtype=torch.long))
        if options.kind == "parcels":
            self.register_buffer("pool", torch.from_numpy(pooling_matrix(region)))
            self.n_columns = self.pool.shape[1]
        columns = _Columns(self.n_columns, region)
        self.inner = inner or MAPS[options.kind](columns, width, options)

    def standardise(self, responses: torch.Tensor) -> torch.Tensor:
        """Z-scores (B, V) of responses (B, V) by the training trials."""
        if responses.shape[1] != self.n_voxels:
            raise ShapeMismatchError(
                f"responses have {responses.shape[1]} voxels, the subject's map was "
                f"made for {self.n_voxels}."
            )
        return (responses - self.mean) / self.width

    def columns(self, standard: torch.Tensor) -> torch.Tensor:
        """Give what a builder rebuilds: z-scores (B, V), or of parcels (B, R)."""
        return standard @ self.pool if self.options.kind == "parcels" else standard

    def embed(self, columns: torch.Tensor) -> torch.Tensor:
        """Map columns as ``columns`` gives them to the latent space, unmasked."""
        found: torch.Tensor = self.inner(columns, None)  # (B, H)
        return found

    def forward(self, standard: torch.Tensor) -> torch.Tensor:
        """Map z-scores (B, V) to the latent space (B, H)."""
        seen, kept = standard, None
        if self.training and self.options.voxel_dropout:
            seen = nn.functional.dropout(seen, self.options.voxel_dropout)
        if self.training and self.options.region_dropout:
            kept = draw_regions(
                len(seen), int(self.region.max()) + 1, self.options.region_dropout
            ).to(seen)  # (B, R)
            seen = mask_regions(seen, self.region, kept)
        found: torch.Tensor = self.inner(self.columns(seen), kept)  # (B, H)
        return found


def draw_regions(n_rows: int, n_regions: int, dropped: float) -> torch.Tensor:
    """Draw which regions each row keeps: (B, R) of 0 and 1, at least one each."""
    drawn = torch.rand(n_rows, n_regions)
    first = drawn == drawn.amax(1, keepdim=True)
    return ((drawn >= dropped) | first).float()


def mask_regions(
    values: torch.Tensor, region: torch.Tensor, kept: torch.Tensor
) -> torch.Tensor:
    """Put voxels of lost regions to 0, and weigh the others up for them.

    Parameters
    ----------
    values : tensor of shape (B, V)
    region : tensor of int, shape (V,)
        -1: no region, always kept.
    kept : tensor of shape (B, R)
        1 or 0.

    Returns
    -------
    masked : tensor of shape (B, V)
    """
    always = kept.new_ones(len(kept), 1)
    mask = torch.cat([kept, always], 1)[:, region]  # (B, V): -1 takes the last column
    return values * mask * (mask.shape[1] / mask.sum(1, keepdim=True))


@dataclass(frozen=True)
class _Columns:
    """What the inner part of a map reads: its number, and regions (V,) of voxels."""

    n: int
    region: np.ndarray


class _Linear(nn.Module):
    def __init__(self, columns: "_Columns", width: int, options: MapOptions) -> None:
        super().__init__()
        self.linear = nn.Linear(columns.n, width)

    def forward(self, seen: torch.Tensor, kept: torch.Tensor | None) -> torch.Tensor:
        found: torch.Tensor = self.linear(seen)  # (B, V) -> (B, H)
        return found


class _Shallow(nn.Module):
    def __init__(self, columns: "_Columns", width: int, options: MapOptions) -> None:
        super().__init__()
        self.narrow = nn.Linear(columns.n, options.rank)
        self.widen = nn.Linear(options.rank, width)
        self.norm = nn.LayerNorm(options.rank)

    def forward(self, seen: torch.Tensor, kept: torch.Tensor | None) -> torch.Tensor:
        hidden = nn.functional.gelu(self.norm(self.narrow(seen)))  # (B, V) -> (B, K)
        found: torch.Tensor = self.widen(hidden)  # (B, H)
        return found


class _Regions(nn.Module):
    """One matrix per region; norms keep a noisy region from shouting others down."""

    def __init__(self, columns: "_Columns", width: int, options: MapOptions) -> None:
        super().__init__()
        region = columns.region
        places = [np.flatnonzero(region == r) for r in range(region.max() + 1)]
        self.places = [torch.from_numpy(place) for place in places]
        self.linear = nn.ModuleList(nn.Linear(len(place), width) for place in places)
        self.norm = nn.ModuleList(nn.LayerNorm(width) for _ in places)

    def forward(self, seen: torch.Tensor, kept: torch.Tensor | None) -> torch.Tensor:
        each = [
            norm(linear(seen[:, place.to(seen.device)]))  # (B, H)
            for place, linear, norm in zip(
                self.places, self.linear, self.norm, strict=True
            )
        ]
        stacked = torch.stack(each, 1)  # (B, R, H)
        if kept is None:
            return stacked.mean(1)
        return (stacked * kept[:, :, None]).sum(1) / kept.sum(1, keepdim=True)


def pooling_matrix(region: np.ndarray) -> np.ndarray:
    """Matrix that sums the voxels of each parcel over the root of their number.

    Noise that voxels do not share then has the same width in large and small parcels.

    Parameters
    ----------
    region : array of int, shape (V,)
        -1: in no parcel.

    Returns
    -------
    pool : array of float32, shape (V, R)
    """
    member = region[:, None] == np.arange(region.max() + 1)  # (V, R)
    weight = member / np.sqrt(np.maximum(1, member.sum(0)))
    return np.asarray(weight, np.float32)


BY_REGION = ("regions", "parcels")
MAPS: dict[str, Callable[["_Columns", int, MapOptions], nn.Module]] = {
    "linear": _Linear,
    "shallow": _Shallow,
    "regions": _Regions,
    "parcels": _Linear,
}

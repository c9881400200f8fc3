"""What a parcel of voxels is: the region of interest that it overlaps most.

Letters for shapes: V voxels of a subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEAST = 0.1  # Dice overlap that is worth a name


@dataclass(frozen=True)
class Parcel:
    """A parcel of voxels that all subjects share.

    Attributes
    ----------
    number : int
        From 1, as in the maps; 1 is the largest.
    n_voxels : dict of subject to int
    overlap : dict of region to float
        Dice coefficient over the voxels of all subjects.
    """

    number: int
    n_voxels: dict[str, int]
    overlap: dict[str, float]

    @property
    def name(self) -> str:
        """Number, and the region that it overlaps most, where one stands out."""
        best = max(self.overlap, key=lambda roi: self.overlap[roi], default="")
        if not best or self.overlap[best] < LEAST:
            return f"{self.number}: no region"
        return f"{self.number}: {best}"


def describe_parcels(
    label: Mapping[str, np.ndarray], regions: Mapping[str, Mapping[str, np.ndarray]]
) -> list[Parcel]:
    """Count the voxels of each parcel, and how far it covers each region.

    Parameters
    ----------
    label : mapping of subject to array of int, shape (V,)
        From 0.
    regions : mapping of subject to mapping of region to array of bool, shape (V,)

    Returns
    -------
    parcels : list of Parcel
        A region that a subject lacks counts as empty there.
    """
    names = dict.fromkeys(roi for own in regions.values() for roi in own)
    parcels = []
    for number in range(1 + max(int(one.max(initial=-1)) for one in label.values())):
        inside = {subject: one == number for subject, one in label.items()}
        size = {subject: int(one.sum()) for subject, one in inside.items()}
        overlap = {}
        for roi in names:
            both, region = 0, 0
            for subject, here in inside.items():
                mask = regions[subject].get(roi, np.zeros(len(here), bool))
                both += int((here & mask).sum())
                region += int(mask.sum())
            total = region + sum(size.values())
            overlap[roi] = 2 * both / total if total else 0.0
        parcels.append(Parcel(number + 1, size, overlap))
    return parcels

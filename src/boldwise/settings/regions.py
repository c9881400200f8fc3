"""Label images as regions of interest."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import Options, RegionFile

Fetched = Literal[
    "schaefer_2018", "harvard_oxford", "juelich", "aal", "destrieux_surface"
]


class AtlasOptions(Options):
    """A label image: from files, or fetched by nilearn."""

    path: RegionFile | None = Field(
        None,
        description="Label image below `root`: NIfTI, `.dlabel.nii`, or, with "
        "`{hemisphere}` (L, R) or `{hemi}` (lh, rh), `.label.gii`, `.annot`, `.mgz`.",
    )
    lookup: RegionFile | None = Field(
        None,
        description="Names of its values: a TSV with `index` and `name`, or "
        "FreeSurfer's `.ctab`; absent: those that the image carries itself.",
    )
    regions: dict[str, list[str]] = Field(
        {},
        description="Regions to keep, each of one or more labels, e.g. `{V1: [V1v, "
        "V1d]}`; empty: every label is a region.",
    )
    fetch: Fetched | None = Field(
        None,
        description="Instead of `path`: an atlas that nilearn fetches (MNI space; "
        "fsaverage5 for `destrieux_surface`). The first time it needs a network.",
    )
    options: dict[str, Any] = Field(
        {}, description="Options of nilearn's fetcher, e.g. `{n_rois: 100}`."
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.path) == bool(self.fetch):
            given = "both" if self.path else "neither"
            raise ValueError(
                f"dataset.atlases: give `path` or `fetch`, one of them; got {given}."
            )
        return self

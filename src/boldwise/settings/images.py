"""Stimuli alone: features of pictures or clips that nobody was measured with."""

from typing import Literal

from pydantic import Field

from boldwise.settings.base import Name, Options
from boldwise.settings.stimuli import StimulusFiles


class ImagesDataset(Options):
    """Stimuli without brain responses, for their features and what these tell."""

    kind: Literal["images"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    root: str = Field(description="Folder of the data; `~` and `$VAR` are expanded.")
    stimuli: StimulusFiles = Field(description="The stimuli.")

    @property
    def subjects(self) -> list[str]:
        """Nobody."""
        return []

    @property
    def space(self) -> str:
        """There are no voxels."""
        return "none"


def models_without_brains(dataset: Options, models: dict[str, list[str]]) -> list[str]:
    """Say which models need responses that the dataset does not hold.

    Parameters
    ----------
    dataset : settings of a dataset
    models : dict of list of str
        Names of entries by the part of the config that they stand in.

    Returns
    -------
    problems : list of str
    """
    if not isinstance(dataset, ImagesDataset):
        return []
    return [
        f"{part}: '{name}' needs brain responses, but a dataset of kind images has "
        "none; leave it out."
        for part, names in models.items()
        for name in names
    ]

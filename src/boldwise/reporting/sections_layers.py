"""The section of the page about encoders that choose among feature spaces."""

from boldwise.reporting.blocks import Heading, Section
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study


def layer_section(study: Study, shelf: Shelf) -> Section:
    """Show which feature space, or layer, the voxels of each region chose.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
        Without blocks if no encoder chooses.
    """
    section = Section("layers", "Layers chosen")
    for name in study.splits:
        pictures = shelf.pictures("layer_choice", split=name)
        if pictures and len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += pictures
    return section

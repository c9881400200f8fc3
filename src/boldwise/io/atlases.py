"""Label images: many regions in one file, with their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.io.cifti import read_cifti_labels
from boldwise.io.surfaces import open_surface
from boldwise.io.tables import read_table, read_text

COLOUR_TABLES = (".ctab", ".txt", ".lut")


@dataclass(frozen=True)
class Atlas:
    """Where a label image lies; as ``settings`` hands it out.

    Attributes
    ----------
    path : str or None
        Template of the label image below the root of the dataset.
    lookup : str or None
        Template of a table that names its values.
    regions : mapping of sequence of str
        Regions to keep, each of one or more labels; empty: every label is one.
    fetch : str or None
        Instead of ``path``: an atlas that nilearn fetches.
    options : mapping
        Passed on to nilearn.
    """

    path: str | None = None
    lookup: str | None = None
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fetch: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def name_regions(
    values: np.ndarray,
    names: Mapping[int, str],
    regions: Mapping[str, Sequence[str]],
    *,
    atlas: str,
) -> dict[str, np.ndarray]:
    """Turn labels into regions.

    Parameters
    ----------
    values : array of shape (n_voxels,)
        Label of each voxel; 0 and less, and NaN: none.
    names : mapping of int to str
        Names of labels; one without a name is called after the atlas, and labels
        of one name are one region.
    regions : mapping of str to sequence of str
        As in ``Atlas``.
    atlas : str

    Returns
    -------
    roi : dict of array of bool, shape (n_voxels,)
        Those that have a voxel, in the order of their values (or of ``regions``).

    Raises
    ------
    DataError
        If a label asked for does not exist, or no region has a voxel.
    """
    label = np.nan_to_num(values, nan=0).astype(np.int64)
    present = [int(value) for value in np.unique(label) if value > 0]
    known: dict[str, list[int]] = {}
    for value in present:
        known.setdefault(names.get(value, f"{atlas}-{value}"), []).append(value)
    declared = {*known, *(name for value, name in names.items() if value > 0)}
    lost = [one for wanted in regions.values() for one in wanted if one not in declared]
    if lost:
        raise DataError(
            f"atlas '{atlas}': no label {name_some(lost)}; its labels are "
            f"{name_some(sorted(declared), at_most=12)}. Mend "
            f"`dataset.atlases.{atlas}.regions`."
        )
    chosen = regions or {name: [name] for name in known}
    roi = {
        name.replace("/", "-"): np.isin(
            label, [v for o in wanted for v in known.get(o, [])]
        )
        for name, wanted in chosen.items()
    }
    empty = [name for name, inside in roi.items() if not inside.any()]
    if empty or not roi:
        raise DataError(
            f"atlas '{atlas}': {name_some(empty) or 'no label'} has no voxel among the "
            f"{len(values)} of the responses. Check that they are in one space."
        )
    return roi


def read_names(path: Path) -> dict[int, str]:
    """Read a table that names the values of a label image.

    Parameters
    ----------
    path : Path
        TSV or CSV with the columns ``index`` (or ``value``) and ``name``, as BIDS
        has it; or FreeSurfer's: value, name and perhaps colours between spaces.

    Returns
    -------
    names : dict of str
        By value.

    Raises
    ------
    DataError
        If the table has no such columns, or a value is no whole number.
    """
    if path.suffix in COLOUR_TABLES:
        lines = [line.split() for line in read_text(path).splitlines()]
        rows = [line[:2] for line in lines if len(line) > 1 and line[0][0] != "#"]
    else:
        table = read_table(path, needed=("name",))
        column = "index" if "index" in table else "value"
        if column not in table:
            raise DataError(
                f"{path}: neither 'index' nor 'value' among its columns "
                f"{', '.join(table)}. Rename the one that holds the labels' values."
            )
        rows = np.column_stack([table[column], table["name"]]).tolist()
    wrong = [value for value, _ in rows if not value.lstrip("-").isdigit()]
    if wrong:
        raise DataError(
            f"{path}: '{wrong[0]}' is no value of a label. Each row needs a whole "
            "number and a name."
        )
    return {int(value): str(name) for value, name in rows}


def names_within(path: Path) -> dict[int, str]:
    """Read the names that a GIfTI, CIFTI or annotation file carries itself.

    Parameters
    ----------
    path : Path

    Returns
    -------
    names : dict of str
        By value; empty where it carries none.
    """
    if path.name.endswith(".dlabel.nii"):
        return read_cifti_labels(path)
    if path.name.endswith(".annot"):
        return dict(enumerate(read_annotation(path)[1]))
    if path.name.endswith(".gii"):
        table = open_surface(path).labeltable.get_labels_as_dict()
        return {int(value): str(name) for value, name in table.items()}
    return {}


def read_annotation(path: Path) -> tuple[np.ndarray, list[str]]:
    """Read FreeSurfer's annotation of one hemisphere.

    Parameters
    ----------
    path : Path

    Returns
    -------
    label : array of int, shape (n_vertices,)
        Index into the names; 0 where there is no region.
    names : list of str
        The first is that of no region.

    Raises
    ------
    DataError
        If the file is absent or no annotation.
    """
    from nibabel.freesurfer.io import read_annot

    try:
        label, _, names = read_annot(path)
    except FileNotFoundError as error:
        raise DataError(
            f"{path}: no such file. Check the path in the config."
        ) from error
    except (OSError, ValueError, IndexError) as error:
        raise DataError(
            f"{path}: no annotation of FreeSurfer. Fetch it again."
        ) from error
    decoded = [name.decode() for name in names]
    if decoded[:1] != ["unknown"] and decoded[:1] != ["Unknown"]:
        return label + 1, ["unknown", *decoded]
    return np.maximum(label, 0), decoded

"""BIDS file names, read by their labels. Standard library only: jobs are short."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BidsFile:
    """A file whose name follows BIDS.

    Attributes
    ----------
    path : Path
    entities : mapping of str
        Labels by their short keys, in the order of the name: ``{"sub": "01", …}``.
    suffix : str
        Last part of the name: ``bold``, ``events``, ``mask``.
    extension : str
        All from the first dot: ``.nii.gz``, ``.func.gii``, ``.dtseries.nii``.
    """

    path: Path
    entities: Mapping[str, str]
    suffix: str
    extension: str

    def matches(self, **wanted: str | None) -> bool:
        """Tell whether all these entities have these labels; None: are absent."""
        return all(self.entities.get(key) == label for key, label in wanted.items())

    def belongs_to(self, other: "BidsFile") -> bool:
        """Tell whether this file is about that one: no label contradicts it."""
        return all(other.entities.get(k) == v for k, v in self.entities.items())


def parse_name(path: Path) -> BidsFile | None:
    """Read the labels in a file name.

    Parameters
    ----------
    path : Path
        For example ``sub-01_task-rest_run-1_bold.nii.gz``.

    Returns
    -------
    file : BidsFile or None
        None where the name does not follow BIDS.
    """
    stem, dot, extension = path.name.partition(".")
    *pairs, suffix = stem.split("_")
    parts = [pair.partition("-") for pair in pairs]
    if not dot or not parts or not suffix or "-" in suffix:
        return None
    if not all(key and dash and label for key, dash, label in parts):
        return None
    entities = {key: label for key, _, label in parts}
    return BidsFile(path, entities, suffix, dot + extension)


def list_folder(folder: Path) -> list[BidsFile]:
    """List the files of one folder whose names follow BIDS.

    Parameters
    ----------
    folder : Path
        Not searched below; may be absent.

    Returns
    -------
    files : list of BidsFile
        In the order of their names.
    """
    if not folder.is_dir():
        return []
    parsed = (parse_name(path) for path in sorted(folder.iterdir()))
    return [one for one in parsed if one is not None]


def labels_of(files: Iterable[BidsFile], entity: str) -> list[str]:
    """List the labels of an entity that occur, each once and in order.

    Parameters
    ----------
    files : iterable of BidsFile
    entity : str
        Short key, for example ``space``.

    Returns
    -------
    labels : list of str
    """
    return sorted({f.entities[entity] for f in files if entity in f.entities})


def differing(files: Sequence[BidsFile]) -> dict[str, list[str]]:
    """Find the entities that tell files apart.

    Parameters
    ----------
    files : sequence of BidsFile

    Returns
    -------
    labels : dict of list of str
        By entity; ``"none"`` where a file lacks it.
    """
    keys = dict.fromkeys(key for file in files for key in file.entities)
    labels = {k: sorted({f.entities.get(k, "none") for f in files}) for k in keys}
    return {key: found for key, found in labels.items() if len(found) > 1}

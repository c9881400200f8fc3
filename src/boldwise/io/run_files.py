"""The files of one run, by whatever way they were found. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SIDES = (("L", "lh"), ("R", "rh"))


@dataclass(frozen=True)
class RunFiles:
    """Where the data of a run lie.

    Attributes
    ----------
    run, session : str
        Labels; the pair is unique within a subject.
    bold : tuple of Path
        One file, or the left and the right hemisphere.
    events, confounds, mask : Path or None
    labels : mapping of str
        What templates of stimulus ids may use beside columns.
    """

    run: str
    session: str
    bold: tuple[Path, ...]
    events: Path | None = None
    confounds: Path | None = None
    mask: Path | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def fill_sides(template: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Fill in a template, once per hemisphere if it asks for one.

    Parameters
    ----------
    template : str
        ``{hemisphere}`` becomes ``L`` and ``R``, ``{hemi}`` ``lh`` and ``rh``.
    labels : mapping of str
        For the other braces.

    Returns
    -------
    names : tuple of str
        One, or left and right.

    Examples
    --------
    >>> fill_sides("{subject}_hemi-{hemisphere}.gii", {"subject": "1"})
    ('1_hemi-L.gii', '1_hemi-R.gii')
    """
    names = [
        template.format(**labels, hemisphere=letter, hemi=short)
        for letter, short in SIDES
    ]
    return tuple(dict.fromkeys(names))

"""Transcripts with times: Praat TextGrids, or tables."""

from dataclasses import dataclass
from pathlib import Path

from boldwise.errors import DataError, first_line, name_some
from boldwise.io.tables import numbers, read_table

TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Spoken:
    """One labelled stretch of a recording.

    Attributes
    ----------
    tier : str
        Level of the annotation, for example ``word``.
    label : str
    onset_s, offset_s : float
        On the clock of the recording, in seconds.
    """

    tier: str
    label: str
    onset_s: float
    offset_s: float


def read_transcript(path: str | Path) -> list[Spoken]:
    """Read when each word (or phone) of a recording was said.

    Parameters
    ----------
    path : path
        ``.TextGrid`` of Praat, long or short, UTF-8 or UTF-16; or ``.csv`` or
        ``.tsv`` with columns ``label``, ``onset_s``, ``offset_s`` and, if there are
        several levels, ``tier``.

    Returns
    -------
    spoken : list of Spoken
        Of all tiers of intervals, in order of onset within a tier. Stretches of
        silence keep their label; stretches without a label are left out.

    Raises
    ------
    DataError
        If the file is absent, damaged or of another kind, or a stretch ends before
        it starts.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    if path.suffix in TABLES:
        spoken = _from_table(path)
    elif path.suffix.lower() == ".textgrid":
        spoken = _from_text_grid(path)
    else:
        raise DataError(
            f"{path}: transcripts are read from .TextGrid, .csv and .tsv files, not "
            f"from '{path.suffix}'. Convert it."
        )
    backwards = [one.label for one in spoken if not one.offset_s >= one.onset_s]
    if backwards:
        raise DataError(
            f"{path}: {len(backwards)} of {len(spoken)} intervals end before they "
            f"start, or have no time: {name_some(backwards)}. Mend them."
        )
    if not spoken:
        raise DataError(f"{path}: holds no labelled interval. Name another file.")
    return spoken


def _from_text_grid(path: Path) -> list[Spoken]:
    from praatio import textgrid
    from praatio.data_classes.interval_tier import IntervalTier
    from praatio.utilities.errors import PraatioException

    # praatio parses by hand: what is no TextGrid ends in any of these
    broken = (PraatioException, OSError, ValueError, LookupError, AttributeError)
    try:
        grid = textgrid.openTextgrid(
            str(path), includeEmptyIntervals=False, reportingMode="silence"
        )
    except broken as error:
        raise DataError(
            f"{path}: cannot be read as a TextGrid ({first_line(error)}). Open it in "
            "Praat and save it as text."
        ) from error
    return [
        Spoken(tier.name, one.label.strip(), float(one.start), float(one.end))
        for tier in grid.tiers
        if isinstance(tier, IntervalTier)
        for one in tier.entries
    ]


def _from_table(path: Path) -> list[Spoken]:
    table = read_table(path, needed=("label", "onset_s", "offset_s"))
    label = table["label"]
    tier = table.get("tier", ["word"] * len(label))
    times = [
        numbers(table[name], name=name, path=path) for name in ("onset_s", "offset_s")
    ]
    rows = zip(tier, label, *times, strict=True)
    found = [Spoken(str(t), str(one), float(a), float(b)) for t, one, a, b in rows]
    tiers = list(dict.fromkeys(one.tier for one in found))
    labelled = [one for one in found if one.label]
    return sorted(labelled, key=lambda one: (tiers.index(one.tier), one.onset_s))

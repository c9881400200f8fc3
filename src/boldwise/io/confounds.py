"""Confounds of a run: fMRIPrep's table, or plain columns of numbers.

The groups are those of ``nilearn.interfaces.fmriprep.load_confounds``, which costs
seconds to import; a test compares them.
"""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fnmatch import filter as match
from pathlib import Path

import numpy as np

from boldwise.errors import DataError
from boldwise.io.scrubbing import NON_STEADY
from boldwise.io.tables import numbers, read_table, read_text

AXES = ("trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z")
GROUPS = {
    "motion": AXES,
    "motion24": tuple(
        axis + suffix
        for suffix in ("", "_derivative1", "_power2", "_derivative1_power2")
        for axis in AXES
    ),
    "motion12": tuple(a + suffix for suffix in ("", "_derivative1") for a in AXES),
    "compcor": tuple(f"a_comp_cor_{i:02d}" for i in range(6)),
    "wm_csf": ("white_matter", "csf"),
    "global_signal": ("global_signal",),
}
HIGH_PASS = "high_pass"
COSINES = "cosine*"
HIGH_PASS_S = 128.0  # fMRIPrep's; shorter runs may have no cosine.
Table = Mapping[str, np.ndarray]


def read_confounds(
    path: str | Path, wanted: Sequence[str], *, run_length_s: float = 0.0
) -> np.ndarray:
    """Read some confounds of a run.

    Parameters
    ----------
    path : path
        A TSV with a header as fMRIPrep writes it, or columns of numbers without
        one: six of them are taken for motion.
    wanted : sequence of str
        Columns; patterns with ``*``, which may match nothing; or the groups
        ``motion`` (6), ``motion12`` (with derivatives), ``motion24`` (and squares),
        ``wm_csf``, ``global_signal``, ``high_pass`` (cosines), ``compcor`` (the first
        6 anatomical components, always with the cosines: they were found in data
        without slow drifts) and ``all``.
    run_length_s : float
        A run of 128 s or more must have cosines if ``compcor`` is wanted.

    Returns
    -------
    confounds : array of shape (n_volumes, n_confounds)
        Where only the first volume has no value, as in derivatives, it gets the
        mean of the others.

    Raises
    ------
    DataError
        If a column is missing, or lacks values beyond the first.
    """
    table = read_columns(path)
    if "compcor" in wanted:
        _refuse_compcor_alone(table, path, run_length_s)
    names = dict.fromkeys(n for one in wanted for n in _expand(one, table, path))
    n_volumes = len(next(iter(table.values())))
    columns = [_fill_first(table[name], name, path) for name in names]
    return np.column_stack([np.empty((n_volumes, 0)), *columns])


def read_columns(path: str | Path) -> dict[str, np.ndarray]:
    """Read all columns of a confounds table.

    Parameters
    ----------
    path : path
        As for ``read_confounds``.

    Returns
    -------
    columns : dict of array of shape (n_volumes,)
        NaN where there is no value.

    Raises
    ------
    DataError
        If the table is empty, ragged, or holds words.
    """
    lines = [line.split() for line in read_text(path).splitlines() if line.strip()]
    if not lines:
        raise DataError(f"{path}: the confounds table is empty. Fetch it again.")
    if not _is_number(lines[0][0]):
        table = read_table(path)
        return {c: numbers(v, name=c, path=path) for c, v in table.items()}
    lengths = {len(line) for line in lines}
    if len(lengths) > 1 or not all(_is_number(x) for line in lines for x in line):
        raise DataError(
            f"{path}: rows hold {min(lengths)} to {max(lengths)} values, or words "
            "among numbers. Give whole columns of numbers, or a TSV with a header."
        )
    values = np.array(lines, dtype=np.float64)
    if values.shape[1] != len(AXES):
        return {f"column_{i + 1}": values[:, i] for i in range(values.shape[1])}
    return _with_expansions(values)


def _with_expansions(motion: np.ndarray) -> dict[str, np.ndarray]:
    """Six motion columns under fMRIPrep's names, with derivatives and squares.

    Whether rotations or translations come first differs between programs, and does
    not matter: only their span is used.
    """
    derivative = np.vstack([np.full(len(AXES), np.nan), np.diff(motion, axis=0)])
    parts = (motion, derivative, motion**2, derivative**2)
    return dict(zip(GROUPS["motion24"], np.hstack(parts).T, strict=True))


def _expand(name: str, table: Table, path: str | Path) -> Sequence[str]:
    if name == "all":
        return [column for column in table if not column.startswith(NON_STEADY)]
    if "*" in name or name == HIGH_PASS:
        return match(table, COSINES if name == HIGH_PASS else name)
    columns = GROUPS.get(name, (name,))
    if name == "compcor":
        columns = (*(_combined(path) or columns), *match(table, COSINES))
    lost = [column for column in columns if column not in table]
    if lost:
        close = get_close_matches(lost[0], [*table, *GROUPS], n=1)
        hint = f"did you mean '{close[0]}'" if close else "it starts with "
        hint += "" if close else ", ".join(list(table)[:6])
        raise DataError(
            f"{path}: no confound '{lost[0]}' among {len(table)} columns; {hint}? Mend "
            "`responses.confounds`."
        )
    return columns


def _combined(path: str | Path) -> tuple[str, ...]:
    """First components of the joint mask, where the sidecar tells masks apart."""
    sidecar = Path(path).with_suffix(".json")
    if not sidecar.exists():
        return ()
    try:
        about = json.loads(read_text(sidecar))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{sidecar}: not JSON ({error.msg} in line {error.lineno}). Mend it."
        ) from error
    names = [
        name
        for name, one in sorted(about.items())
        if name.startswith("a_comp_cor_") and one.get("Mask") == "combined"
    ]
    return tuple(names[: len(GROUPS["compcor"])])


def _refuse_compcor_alone(table: Table, path: str | Path, run_length_s: float) -> None:
    if run_length_s >= HIGH_PASS_S and not match(table, COSINES):
        raise DataError(
            f"{path}: `compcor` without a cosine column among {len(table)}. fMRIPrep "
            "finds these components after a high-pass filter, whose cosines must go "
            "with them; fetch the whole table, or choose other confounds."
        )


def _fill_first(values: np.ndarray, name: str, path: str | Path) -> np.ndarray:
    unknown = ~np.isfinite(values)
    if unknown[1:].any():
        raise DataError(
            f"{path}: confound '{name}' has no value in {unknown.sum()} of "
            f"{len(values)} volumes. Leave it out of `responses.confounds`."
        )
    if not unknown.any():
        return values
    return np.concatenate([[values[1:].mean()], values[1:]])


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True

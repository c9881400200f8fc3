"""Which picture belongs to which stimulus, from the names of files and folders."""

from collections.abc import Sequence
from pathlib import Path

from boldwise.errors import DataError
from boldwise.io.paths import fixed_folder
from boldwise.io.stimulus_ids import IdRule, refuse_twice


def find_pictures(
    root: Path,
    patterns: Sequence[str],
    *,
    rule: IdRule,
    folder_in_id: bool = False,
) -> dict[str, str]:
    """Find the files of some patterns, and name each by its stimulus.

    Parameters
    ----------
    root : Path
        All patterns are below.
    patterns : sequence of str
        For example ``pictures/*/*.jpg``.
    rule : IdRule
        From names to ids.
    folder_in_id : bool
        The name is that of the file with the folders below the fixed part of the
        pattern: ``dog-001`` for ``pictures/dog/001.jpg``. Otherwise ``001``.

    Returns
    -------
    found : dict of id to path

    Raises
    ------
    DataError
        If a pattern matches nothing, or two files have the same id.
    """
    names: dict[str, str] = {}
    for pattern in patterns:
        paths = sorted(path for path in root.glob(pattern) if path.is_file())
        if not paths:
            raise DataError(
                f"{root / pattern}: no image matches. Check `dataset.root` and "
                "`dataset.stimuli.images`."
            )
        top = root / fixed_folder(pattern)
        for path in paths:
            folders = path.relative_to(top).parts[:-1] if folder_in_id else ()
            names[str(path)] = rule("-".join([*folders, path.stem]))
    hint = "" if folder_in_id else " or set `dataset.stimuli.folder_in_id`,"
    refuse_twice(names, where=str(root), hint=hint)
    return {one: path for path, one in names.items()}

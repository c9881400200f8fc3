"""From names in files to stimulus ids: one rule for images, betas, texts and events."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.io.tables import MISSING


@dataclass(frozen=True)
class IdRule:
    """How a name becomes an id; applied in the order of the attributes.

    Attributes
    ----------
    drop : sequence of str
        Pieces of text to remove.
    replace : mapping of str to str
        Pieces of text to exchange.
    lower : bool
        Write in lower case.
    shift : int
        Add to ids that are whole numbers: -1 turns ids from 1 into ids from 0.
    """

    drop: Sequence[str] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    lower: bool = False
    shift: int = 0

    def __call__(self, name: str) -> str:
        """Turn a name into an id.

        Parameters
        ----------
        name : str
            Folders before the last slash are left out.

        Returns
        -------
        stimulus_id : str
        """
        name = name.rpartition("/")[2].strip()
        for piece in self.drop:
            name = name.replace(piece, "")
        for old, new in self.replace.items():
            name = name.replace(old, new)
        name = name.lower() if self.lower else name
        return str(int(name) + self.shift) if self.shift and name.isdecimal() else name

    def all(self, names: Sequence[object] | np.ndarray) -> np.ndarray:
        """Turn names into ids.

        Parameters
        ----------
        names : sequence of length n
            Text, or whole numbers.

        Returns
        -------
        stimulus_id : array of str, shape (n,)
        """
        return np.array([self(_text(name)) for name in names], dtype=str)


def label_of(
    stimulus_id: np.ndarray, name: str, *, pattern: str, aliases: Mapping[str, str]
) -> np.ndarray:
    """Name the group or category of each stimulus from its id.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    name : str
        ``"category"`` or ``"group"``, for the message.
    pattern : str
        Regular expression, matched from the start; its first group is the name.
    aliases : mapping of str to str
        Names that mean the same.

    Returns
    -------
    label : array of str, shape (n_stimuli,)

    Raises
    ------
    DataError
        Naming the ids that do not match, or in which the group finds nothing.
    """
    matches = [re.match(pattern, one) for one in stimulus_id]
    lost = [
        one
        for one, match in zip(stimulus_id, matches, strict=True)
        if match is None or not match.group(1)
    ]
    if lost:
        raise DataError(
            f"{len(lost)} of {len(matches)} stimulus ids do not match the {name} "
            f"pattern '{pattern}': {name_some(lost)}. Mend `dataset.stimuli.{name}`."
        )
    names = [match.group(1) for match in matches if match]
    return np.array([aliases.get(name, name) for name in names], dtype=str)


def refuse_twice(ids: Mapping[Any, str], *, where: str, hint: str = "") -> None:
    """Raise if two places have the same id.

    Parameters
    ----------
    ids : mapping of place to str
        Places are rows of a table, from 0, or paths.
    where : str
        Table or folder; named in the message.
    hint : str
        Another way out.

    Raises
    ------
    DataError
        Naming the ids and two of the places.
    """
    first: dict[str, Any] = {}
    twice = {}
    for place, one in ids.items():
        if one in first:
            twice[one] = f"{_place(first[one])} and {_place(place)}"
        first.setdefault(one, place)
    if twice:
        one, places = next(iter(twice.items()))
        raise DataError(
            f"{where}: {len(twice)} stimulus ids occur more than once: "
            f"{name_some(list(twice))} ({places} are both '{one}'). Rename one,"
            f"{hint} or mend `dataset.stimuli.id_rule`."
        )


def fill_template(
    template: str, columns: Mapping[str, np.ndarray], labels: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """Compose a name for each row of a table, for example ``{trial_type}_run-{run}``.

    Parameters
    ----------
    template : str
        Names of columns, or of labels, in braces.
    columns : mapping of array of str, shape (n_rows,)
        The table. A column wins over a label of the same name.
    labels : mapping of str
        The same for all rows, for example ``{"run": "01"}``.

    Returns
    -------
    names : array of str, shape (n_named,)
    named : array of bool, shape (n_rows,)
        False for rows that have no value in one of the columns.

    Raises
    ------
    DataError
        If the template asks for what is neither a column nor a label.
    """
    wanted = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    lost = [name for name in wanted if name not in columns and name not in labels]
    if lost:
        raise DataError(
            f"no column '{lost[0]}' for the stimulus id '{template}'; there are "
            f"{', '.join([*columns, *labels])}. Mend `dataset.stimulus_id`."
        )
    n_rows = len(next(iter(columns.values())))
    named = np.ones(n_rows, bool)
    for name in set(wanted) & set(columns):
        named &= ~np.isin(columns[name], MISSING)
    names = [
        template.format(**{**labels, **{c: columns[c][row] for c in columns}})
        for row in np.flatnonzero(named)
    ]
    return np.array(names, dtype=str), named


def _text(name: object) -> str:
    whole = isinstance(name, float | np.floating) and float(name).is_integer()
    return str(int(float(str(name)))) if whole else str(name)


def _place(place: object) -> str:
    return f"row {place + 2}" if isinstance(place, int) else Path(str(place)).name

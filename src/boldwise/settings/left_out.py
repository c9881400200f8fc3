"""Subjects that a study lists but leaves out, each with its reason."""

from collections.abc import Mapping
from typing import Any

from boldwise.settings.base import did_you_mean


def without_left_out(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the subjects that are left out from the list of the dataset.

    Parameters
    ----------
    raw : mapping
        A config as read from YAML; not changed.

    Returns
    -------
    raw : mapping
        The same, with fewer subjects; as it came where it is not well formed.
    """
    left_out, subjects = _read(raw)
    if not left_out or any(problem for problem in left_out_problems(raw)):
        return raw
    kept = [subject for subject in subjects if subject not in left_out]
    return {**raw, "dataset": {**raw["dataset"], "subjects": kept}}


def left_out_problems(raw: Mapping[str, Any]) -> list[str]:
    """Find what is wrong with the subjects that are left out.

    Parameters
    ----------
    raw : mapping
        A config as read from YAML.

    Returns
    -------
    problems : list of str
        One sentence each.
    """
    left_out, subjects = _read(raw)
    listed = [str(subject) for subject in subjects]
    problems = [
        f"left_out: no subject '{name}' in dataset.subjects{did_you_mean(name, listed)}"
        for name in map(str, left_out)
        if name not in listed
    ]
    problems += [
        f"left_out.{name}: say why in a few words: the report tells it."
        for name, reason in left_out.items()
        if not isinstance(reason, str) or not reason.strip()
    ]
    if listed and set(listed) <= set(map(str, left_out)):
        problems.append("left_out: nobody is left; keep one subject at least.")
    return problems


def _read(raw: Mapping[str, Any]) -> tuple[Mapping[Any, Any], list[Any]]:
    left_out, dataset = raw.get("left_out"), raw.get("dataset")
    subjects = dataset.get("subjects") if isinstance(dataset, Mapping) else None
    known = isinstance(left_out, Mapping) and isinstance(subjects, list)
    return (left_out, subjects) if known else ({}, [])  # type: ignore[return-value]

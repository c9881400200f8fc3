"""Why a job would run again: its code, an option, its input, or what it follows."""

import ast
import re
from typing import Any

PARAMS = re.compile(
    r"Params have changed since last execution: .*?before: (.*) now: (.*)"
)
DIGEST = re.compile(r"(?:[0-9a-f]{12})+")  # as `provenance.code_of` writes them
FOLLOWS = "updated by another job"


def explain(reason: str) -> tuple[str, str]:
    """Put Snakemake's reason for a job into a kind and a few words.

    Parameters
    ----------
    reason : str
        As a dry run prints it.

    Returns
    -------
    kind : str
        ``missing``, ``code``, ``option``, ``input``, ``follows`` or ``other``.
    words : str
    """
    changed = PARAMS.search(reason)
    if "Missing output files" in reason:
        return "missing", "not made yet"
    if changed:
        return _explain_params(changed[1].strip(), changed[2].strip())
    if "Code has changed" in reason:
        return "code", "its rule or its script was edited"
    if "Software environment" in reason:
        return "code", "its conda environment or container was edited"
    if "Set of input files" in reason:
        return "input", "it reads other files than before"
    if "Updated input files" in reason:
        return (
            "input",
            f"changed: {reason.partition('Updated input files:')[2].strip()}",
        )
    if FOLLOWS in reason:
        return "follows", "what it reads will be made anew"
    return "other", reason or "Snakemake gives no reason"


def _explain_params(before: str, now: str) -> tuple[str, str]:
    old, new = _values(before), _values(now)
    options = [one for one in (*old, *new) if not _is_digest(one)]
    if not options:
        return "code", "a module that it uses was edited"
    also = " (and code)" if any(map(_is_digest, (*old, *new))) else ""
    told = _differences(old, new) or "its options changed"
    return "option", f"{told}{also}"


def _values(text: str) -> tuple[Any, ...]:
    """Read parameters as Snakemake lists them; what cannot be read stays text."""
    if not text or text == "<nothing exclusive>":
        return ()
    try:
        return tuple(ast.literal_eval(f"({text},)"))
    except (ValueError, SyntaxError):
        return (text,)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def _differences(old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    before, after = (
        {
            key: one
            for value in values
            if isinstance(value, dict)
            for key, one in value.items()
        }
        for values in (old, new)
    )
    names = [name for name in (before | after) if before.get(name) != after.get(name)]
    if names:
        return ", ".join(
            f"{name} {_short(before.get(name))} → {_short(after.get(name))}"
            for name in names
        )
    plain = [
        [
            value
            for value in values
            if not isinstance(value, dict) and not _is_digest(value)
        ]
        for values in (old, new)
    ]
    return " → ".join(_short(one[0] if one else None) for one in plain) * any(plain)


def _short(value: object) -> str:
    text = "not set" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"

"""A page about a run that did not end well: who is missing, and why."""

import json
from collections.abc import Sequence
from typing import Protocol

from boldwise.reporting.blocks import Code, Section, Table, Text

AGAIN = (
    "Whatever needs none of these files is done and stays: mend the cause and give the "
    "same command again, and only what is missing is made."
)
WITHOUT = (
    "To have the report of the others now, write the following into the config and "
    "give the same command again. The report names who is left out, and this reason."
)


class Failed(Protocol):
    """A job that failed, as ``io.failures`` reads it."""

    @property
    def rule(self) -> str:
        """Its rule."""

    @property
    def subject(self) -> str:
        """Whom it was about; empty: no single subject."""

    @property
    def why(self) -> str:
        """One sentence."""

    @property
    def log(self) -> str:
        """Path of its log."""


def unfinished_section(failures: Sequence[Failed]) -> Section:
    """Say which subjects are missing, why, and what to do.

    Parameters
    ----------
    failures : sequence of Failed

    Returns
    -------
    section : Section
    """
    section = Section("unfinished", "Not finished")
    missing = first_reasons(failures)
    told = [f"sub-{name} is missing: {why}" for name, why in missing.items()]
    rows = [(one.subject or "all", one.rule, one.why, one.log) for one in failures]
    section.blocks += [
        Text([*told, AGAIN], lead=True),
        Table(("subject", "rule", "why", "log"), rows),
    ]
    if missing:
        lines = Code("For the config", left_out_lines(missing))
        section.blocks += [Text([WITHOUT]), lines]
    return section


def first_reasons(failures: Sequence[Failed]) -> dict[str, str]:
    """Find the first thing that went wrong for each subject.

    Parameters
    ----------
    failures : sequence of Failed

    Returns
    -------
    reasons : dict of subject to str
    """
    found: dict[str, str] = {}
    for one in failures:
        if one.subject:
            found.setdefault(one.subject, one.why)
    return found


def left_out_lines(reasons: dict[str, str]) -> str:
    """Write the lines of a config that leave subjects out.

    Parameters
    ----------
    reasons : dict of subject to str

    Returns
    -------
    text : str
        YAML: text in double quotes is written as in JSON.
    """
    lines = [
        f"  {json.dumps(name)}: {json.dumps(why, ensure_ascii=False)}"
        for name, why in reasons.items()
    ]
    return "\n".join(["left_out:", *lines])

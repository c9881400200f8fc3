"""Which jobs of a run of Snakemake failed, for whom, and with which words."""

import re
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"(?m)^Error in rule (\w+):\n((?:    .*\n?)+)")
FIELD = re.compile(r"(?m)^    (output|log): (.*)$")
SUBJECT = re.compile(r"(?:^|[/_])sub-([A-Za-z0-9]+)")
TOLD = re.compile(r"(?m)^\S+ \S+ ERROR (.*)$")
SILENT = (
    "it ended without a word: killed, out of memory or time, or its log had no room"
)


@dataclass(frozen=True)
class Failure:
    """One job that failed.

    Attributes
    ----------
    rule : str
    subject : str
        Empty where it was about no single one.
    why : str
        The sentence of its log.
    log : str
        Path of it, as the workflow names it.
    """

    rule: str
    subject: str
    why: str
    log: str


def read_failures(path: str | Path, *, root: str | Path = ".") -> list[Failure]:
    """Read which jobs failed.

    Parameters
    ----------
    path : path
        Log of a run of Snakemake.
    root : path
        Where the workflow ran: logs of jobs are named from there.

    Returns
    -------
    failures : list of Failure
        In the order of the log, each job once.
    """
    found = {}
    for rule, body in BLOCK.findall(_read(Path(path)) + "\n"):
        told = dict(FIELD.findall(body))
        outputs = told.get("output", "")
        log = told.get("log", "").partition(" (")[0].partition(", ")[0]
        subjects = set(SUBJECT.findall(outputs))
        subject = subjects.pop() if len(subjects) == 1 else ""
        found[rule, outputs] = Failure(rule, subject, _why(Path(root, log)), log)
    return list(found.values())


def _why(log: Path) -> str:
    told = TOLD.findall(_read(log)) if log.is_file() else []
    if told and told[-1] != "the job failed":
        return str(told[-1])
    lines = _read(log).split() and _read(log).strip().splitlines()
    return lines[-1].strip() if told and lines else SILENT


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""

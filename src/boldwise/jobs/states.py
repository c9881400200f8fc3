"""How far a study is: done, stale and why, running, failed, blocked, not made yet."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from boldwise.jobs.listing import Job, Output
from boldwise.jobs.reasons import explain
from boldwise.jobs.traces import Traces, has_failed, last_lines

STATES = ("done", "stale", "running", "interrupted", "failed", "blocked", "missing")
"""``blocked``: a job before it failed. ``interrupted``: begun, and nobody at work."""
EVERYBODY = "all"
SUBJECT = re.compile(r"(?:^|[/_])sub-([A-Za-z0-9]+)")
RULES = re.compile(r"^[ \t]*(?:rule|checkpoint) (\w+):", re.MULTILINE)
INCLUDED = re.compile(r'^include: "(?:.*/)?(\w+)\.smk"', re.MULTILINE)


@dataclass(frozen=True)
class JobState:
    """One job and how far it is.

    Attributes
    ----------
    rule, stage, subject : str
        ``subject`` is ``all`` where a job is about no single one.
    state : str
        One of ``STATES``.
    kind, why : str
        Kind of reason (``code``, ``option``, …), and words.
    outputs : tuple of str
    log : str
    last_lines : tuple of str
        Of the log of a job that failed or was interrupted.
    """

    rule: str
    stage: str
    subject: str
    state: str
    kind: str = ""
    why: str = ""
    outputs: tuple[str, ...] = ()
    log: str = ""
    last_lines: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Give all of it as plain values."""
        return asdict(self)


def read_stages(snakefile: str | Path) -> dict[str, str]:
    """Find the stage of every rule: the name of the file that it stands in.

    Parameters
    ----------
    snakefile : path

    Returns
    -------
    stages : dict of rule to str
        In the order in which the files are included.
    """
    snakefile = Path(snakefile)
    included = INCLUDED.findall(snakefile.read_text("utf-8"))
    folder = snakefile.parent / "workflow/rules"
    return {
        rule: name
        for name in included
        if (folder / f"{name}.smk").is_file()
        for rule in RULES.findall((folder / f"{name}.smk").read_text("utf-8"))
    }


def find_states(
    outputs: Iterable[Output],
    pending: Sequence[Job],
    traces: Traces,
    *,
    stages: Mapping[str, str],
    folder: str | Path = ".",
) -> list[JobState]:
    """Tell for every job how far it is.

    Parameters
    ----------
    outputs : iterable of Output
        Every file of the study.
    pending : sequence of Job
        What Snakemake would run now.
    traces : Traces
    stages : mapping of rule to str
    folder : path
        Where the workflow runs.

    Returns
    -------
    states : list of JobState
        Done ones first, then in Snakemake's order.
    """
    waiting = {path for job in pending for path in job.outputs}
    made: dict[tuple[str, str], list[str]] = {}
    for one in outputs:
        if one.path not in waiting:
            made.setdefault((one.rule, one.log or one.path), []).append(one.path)
    done = [
        JobState(
            rule=rule,
            stage=stages.get(rule, "other"),
            subject=_subject_in(paths),
            state="done",
            outputs=tuple(paths),
            log=log if log not in paths else "",
        )
        for (rule, log), paths in made.items()
    ]
    found = [_state_of(job, traces, stages, Path(folder)) for job in pending]
    return [*done, *_block(found, pending)]


def count_states(states: Iterable[JobState], by: str) -> dict[str, Counter[str]]:
    """Count jobs by their states.

    Parameters
    ----------
    states : iterable of JobState
    by : str
        ``stage``, ``subject`` or ``rule``.

    Returns
    -------
    counts : dict of str to Counter of state to int
        In the order in which they come.
    """
    counts: dict[str, Counter[str]] = {}
    for one in states:
        counts.setdefault(getattr(one, by), Counter())[one.state] += 1
    return counts


def _state_of(
    job: Job, traces: Traces, stages: Mapping[str, str], folder: Path
) -> JobState:
    kind, why = explain(job.reason)
    there = [path for path in job.outputs if (folder / path).exists()]
    log = folder / job.log if job.log else folder / "no-log"
    state = "stale" if len(there) == len(job.outputs) else "missing"
    lines: list[str] = []
    if not traces.unfinished.isdisjoint(job.outputs):
        state = "running" if traces.locked else "interrupted"
        why = "at work" if traces.locked else "its run was killed"
    elif state == "missing" and has_failed(job.outputs, log, traces):
        state, why = "failed", "it ended in an error"
    if state in ("failed", "interrupted"):
        lines = last_lines(log)
    return JobState(
        rule=job.rule,
        stage=stages.get(job.rule, "other"),
        subject=job.wildcards.get("subject") or _subject_in(job.outputs),
        state=state,
        kind=kind,
        why=why,
        outputs=job.outputs,
        log=job.log,
        last_lines=tuple(lines),
    )


def _block(states: list[JobState], jobs: Sequence[Job]) -> list[JobState]:
    """Mark what cannot be made before a job that failed is mended."""
    maker = {path: row for row, job in enumerate(jobs) for path in job.outputs}
    cause = {row: row for row, one in enumerate(states) if one.state == "failed"}
    changed = bool(cause)
    while changed:
        changed = False
        for row, job in enumerate(jobs):
            before = {maker[path] for path in job.inputs if path in maker} & set(cause)
            if row not in cause and before:
                cause[row], changed = cause[min(before)], True
    return [
        replace(one, state="blocked", why=f"waits for {states[cause[row]].rule}")
        if row in cause and one.state != "failed"
        else one
        for row, one in enumerate(states)
    ]


def _subject_in(paths: Iterable[str]) -> str:
    """Name the one subject that files are about; of several or none, everybody."""
    found = {label for path in paths for label in SUBJECT.findall(path)}
    return found.pop() if len(found) == 1 else EVERYBODY

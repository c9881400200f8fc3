"""What runs leave behind beside results: logs, errors, marks of unfinished files."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ERROR = re.compile(r"^Error in rule \w+:\n((?:    .*\n)+)", re.MULTILINE)
OUTPUT = re.compile(r"^    output: (.*)$", re.MULTILINE)
N_RUNS = 10  # so many of the latest logs of Snakemake are read
N_LINES = 5
LONGEST = 20_000  # bytes at the end of a log that are read


@dataclass(frozen=True)
class Traces:
    """What Snakemake remembers of runs that did not end well.

    Attributes
    ----------
    errors : mapping of str to float
        Outputs of jobs that failed, with the time of the log that tells it, in seconds.
    unfinished : set of str
        Files that a job has begun and not ended.
    locked : bool
        Whether Snakemake is at work (or was killed at work).
    """

    errors: dict[str, float] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    locked: bool = False


def read_traces(folder: str | Path) -> Traces:
    """Read Snakemake's notes of a study.

    Parameters
    ----------
    folder : path
        Where the workflow ran.

    Returns
    -------
    traces : Traces
    """
    notes = Path(folder, ".snakemake")
    errors: dict[str, float] = {}
    logs = sorted(notes.glob("log/*.snakemake.log"), key=_time_of)[-N_RUNS:]
    for path in logs:
        for block in ERROR.findall(path.read_text("utf-8", "replace") + "\n"):
            for line in OUTPUT.findall(block):
                errors |= dict.fromkeys(line.split(", "), _time_of(path))
    marks = notes / "incomplete"
    begun = (_path_behind(one.relative_to(marks)) for one in _files_in(marks))
    locked = any(_files_in(notes / "locks"))
    return Traces(errors, frozenset(begun) - {""}, locked)


def has_failed(outputs: Iterable[str], log: Path, traces: Traces) -> bool:
    """Tell whether a job without outputs was tried, and failed.

    Parameters
    ----------
    outputs : iterable of str
        None of which is there.
    log : Path
        The job's own, which may be absent.
    traces : Traces

    Returns
    -------
    failed : bool
        Whether its log ends in an error, or Snakemake told of one since.
    """
    told = max((traces.errors.get(path, 0.0) for path in outputs), default=0.0)
    if not log.is_file():
        return told > 0
    return told >= _time_of(log) or " ERROR " in _end_of(log)


def last_lines(log: Path, *, n_lines: int = N_LINES) -> list[str]:
    """Read the end of a log.

    Parameters
    ----------
    log : Path
    n_lines : int
        At most.

    Returns
    -------
    lines : list of str
        Without empty ones; none if there is no log.
    """
    if not log.is_file():
        return []
    lines = [line.rstrip() for line in _end_of(log).splitlines()]
    return [line for line in lines if line][-n_lines:]


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST))
        return file.read().decode("utf-8", "replace")


def _time_of(path: Path) -> float:
    return path.stat().st_mtime


def _files_in(folder: Path) -> list[Path]:
    found = folder.rglob("*") if folder.is_dir() else []
    return [path for path in found if path.is_file()]


def _path_behind(mark: Path) -> str:
    """Name the file that a mark of Snakemake is about; empty for other files."""
    name = "".join(part.removeprefix("@") for part in mark.parts)
    try:
        return urlsafe_b64decode(name).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        return ""

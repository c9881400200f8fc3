"""The shell around one job: its log, its provenance, its threads, its errors."""

import hashlib
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from boldwise import __version__
from boldwise.errors import BoldwiseError, StoreError, name_some, tell_disk_trouble
from boldwise.provenance import code_of

THREADS = 1  # A constant: other thread counts change the last bits of sums.
DEFAULT_MB = 4000
TAKEN_MB = 600  # By Python, its libraries and the Snakemake around them.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Job:
    """What a script gets: files, parameters, a log and its provenance.

    Attributes
    ----------
    input, output, params, wildcards : namedlists of Snakemake
    log : logging.Logger
        Writes to the log file of the rule.
    provenance : dict
        Root attributes for every store that the job writes.
    memory_gb : float
        GiB that it may use: its ``mem_mb``, less what Python and Snakemake take.
    """

    input: Any
    output: Any
    params: Any
    wildcards: Any
    log: logging.Logger
    provenance: dict[str, Any]
    memory_gb: float


@contextmanager
def stage(snakemake: Any) -> Iterator[Job]:
    """Run one job: log to its file, fix its threads, name its files in errors.

    What boldwise refuses ends the job with its one sentence and status 1; so does a
    disk that is full or may not be written. All else leaves with a traceback. The log
    holds both. A job that is told to end (SIGTERM: time is up) says so and tidies up.

    Parameters
    ----------
    snakemake : object
        The object that Snakemake gives to a script.

    Yields
    ------
    job : Job
    """
    handler = logging.FileHandler(snakemake.log[0], mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    log = logging.getLogger("boldwise")
    # The variables hold for libraries that are imported later.
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(THREADS)))
    try:
        with threadpool_limits(THREADS), _ending_by_a_signal(snakemake):
            yield Job(
                input=snakemake.input,
                output=snakemake.output,
                params=snakemake.params,
                wildcards=snakemake.wildcards,
                log=log,
                provenance=_provenance(snakemake),
                memory_gb=_memory_gb(snakemake),
            )
            _refuse_changed_code(snakemake)
    except BoldwiseError as error:
        _tell(snakemake, str(error))
        raise SystemExit(1) from None
    except Exception as error:
        trouble = tell_disk_trouble(error) if isinstance(error, OSError) else ""
        if trouble:
            _tell(snakemake, trouble)
            raise SystemExit(1) from None
        for note in _where(snakemake):
            error.add_note(note)
        log.exception("the job failed")
        raise
    finally:
        handler.close()


@contextmanager
def _ending_by_a_signal(snakemake: Any) -> Iterator[None]:
    """Leave in order on SIGTERM: a batch system sends it shortly before the end."""

    def end(number: int, _: Any) -> None:
        _tell(
            snakemake,
            "ended from outside (SIGTERM): its time was up, or somebody or the system "
            "ended it. Run snakemake again, with more `runtime` if it was the time.",
        )
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _refuse_changed_code(snakemake: Any) -> None:
    """Refuse what may be of the old code or of the new: nobody could say which."""
    script = Path(snakemake.scriptdir, f"{snakemake.rule}.py")
    planned = dict(snakemake.params.items()).get("code", "")
    if script.is_file() and not planned.startswith(code_of(script)):
        raise StoreError(
            f"{script.name}: its code, or what it imports, changed while snakemake was "
            "running (an edit, git pull), so nobody could say which code made these "
            "files. Run snakemake again."
        )


def _tell(snakemake: Any, told: str) -> None:
    sentence = "\n".join([told, *_where(snakemake)])
    logging.getLogger("boldwise").error(sentence)
    print(f"boldwise: {sentence}", file=sys.stderr)


def _where(snakemake: Any) -> list[str]:
    """Which job it was, and what it read."""
    wildcards = ", ".join(f"{k}={v}" for k, v in snakemake.wildcards.items())
    read = name_some(snakemake.input) or "nothing"
    job = f"rule {snakemake.rule}" + (f" ({wildcards})" if wildcards else "")
    return [f"in {job}, reading {read}"]


def _provenance(snakemake: Any) -> dict[str, Any]:
    params = dict(snakemake.params.items())
    code = params.pop("code", "")
    return {
        "boldwise_version": __version__,
        "rule": snakemake.rule,
        "code": code,
        "config": params,
        "inputs": {path: _hash_of(path) for path in _own(snakemake.input)},
    }


def _memory_gb(snakemake: Any) -> float:
    given = snakemake.resources.get("mem_mb", DEFAULT_MB)
    return float((given - TAKEN_MB) * 1e6 / 2**30)


def _own(paths: Any) -> list[str]:
    """Keep what the workflow made: the config names the others, which may be large."""
    return [
        str(p) for p in paths if str(p).startswith("results/") and Path(p).is_file()
    ]


def _hash_of(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]

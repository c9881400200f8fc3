"""The shell around one job: its log, its provenance, its threads, its errors."""

import hashlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from boldwise import __version__
from boldwise.errors import BoldwiseError, name_some

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

    What boldwise refuses ends the job with its one sentence and status 1; all else
    leaves with a traceback. The log holds both.

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
        with threadpool_limits(THREADS):
            yield Job(
                input=snakemake.input,
                output=snakemake.output,
                params=snakemake.params,
                wildcards=snakemake.wildcards,
                log=log,
                provenance=_provenance(snakemake),
                memory_gb=_memory_gb(snakemake),
            )
    except BoldwiseError as error:
        sentence = "\n".join([str(error), *_where(snakemake)])
        log.error(sentence)
        print(f"boldwise: {sentence}", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:
        for note in _where(snakemake):
            error.add_note(note)
        log.exception("the job failed")
        raise
    finally:
        handler.close()


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

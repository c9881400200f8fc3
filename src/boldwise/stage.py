"""The shell around one job: its log, its provenance, its threads, its errors."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from boldwise import __version__

THREADS = 1  # A constant: other thread counts change the last bits of sums.


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
    """

    input: Any
    output: Any
    params: Any
    wildcards: Any
    log: logging.Logger
    provenance: dict[str, Any]


@contextmanager
def stage(snakemake: Any) -> Iterator[Job]:
    """Run one job: log to its file, fix its threads, name its files in errors.

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
    try:
        with threadpool_limits(THREADS):
            yield Job(
                input=snakemake.input,
                output=snakemake.output,
                params=snakemake.params,
                wildcards=snakemake.wildcards,
                log=log,
                provenance=_provenance(snakemake),
            )
    except Exception as error:
        wildcards = ", ".join(f"{k}={v}" for k, v in snakemake.wildcards.items())
        error.add_note(f"in rule {snakemake.rule} ({wildcards})")
        error.add_note(f"reading {', '.join(map(str, snakemake.input)) or 'nothing'}")
        log.exception("the job failed")
        raise
    finally:
        handler.close()


def _provenance(snakemake: Any) -> dict[str, Any]:
    params = dict(snakemake.params.items())
    code = params.pop("code", "")
    return {
        "boldwise_version": __version__,
        "rule": snakemake.rule,
        "code": code,
        "config": params,
        "inputs": {Path(p).name: _hash_of(p) for p in _own(snakemake.input)},
    }


def _own(paths: Any) -> list[str]:
    """Inputs that the workflow made: others may be large, and are named in config."""
    return [
        str(p) for p in paths if str(p).startswith("results/") and Path(p).is_file()
    ]


def _hash_of(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]

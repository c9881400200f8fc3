"""Ask Snakemake which jobs there are, and read its answer into records."""

import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from boldwise.errors import ConfigError

RULE = re.compile(
    r"^(?:local)?(?:rule|checkpoint) (?P<rule>\w+):\n(?P<body>(?:[ \t]+.*(?:\n|\Z))*)",
    re.MULTILINE,
)
ENTRY = re.compile(r"^    (\w+): (.*)$", re.MULTILINE)
NOISE = ("Using workflow specific", "Assuming unrestricted", "host:", "Building DAG")


@dataclass(frozen=True)
class Place:
    """Which study of which checkout.

    Attributes
    ----------
    snakefile : Path
    configfile : Path or None
        None: the checkout's own.
    folder : Path
        Where the workflow runs: it holds ``results/``.
    profile : Path or None
        None: ``profiles/default``, as Snakemake finds it by itself.
    """

    snakefile: Path = Path("Snakefile")
    configfile: Path | None = None
    folder: Path = Path()
    profile: Path | None = None


@dataclass(frozen=True)
class Job:
    """A job as Snakemake would run it.

    Attributes
    ----------
    rule : str
    outputs, inputs : tuple of str
        Paths below the folder of the study.
    wildcards : mapping of str to str
    reason : str
        Why it would run, in Snakemake's words.
    log, benchmark : str
        Empty if it has none.
    threads : int
    resources : mapping of str to str
        For example ``mem_mb``, in MB, and ``runtime``, in minutes.
    """

    rule: str
    outputs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    wildcards: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    log: str = ""
    benchmark: str = ""
    threads: int = 1
    resources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """A file that the workflow makes, and whether Snakemake would make it now."""

    path: str
    rule: str
    log: str
    pending: bool


def list_jobs(place: Place, *, every: bool = False) -> list[Job]:
    """List the jobs that Snakemake would run now.

    Parameters
    ----------
    place : Place
    every : bool
        All jobs of the study, as if nothing had been made yet.

    Returns
    -------
    jobs : list of Job
        Without those that have no outputs (targets).

    Raises
    ------
    ConfigError
        If Snakemake cannot plan the study; says why.
    """
    words = ["--dry-run", *(["--forceall"] if every else [])]
    return read_jobs(_ask(place, *words))


def list_outputs(place: Place) -> list[Output]:
    """List all files that the workflow makes of a study.

    Parameters
    ----------
    place : Place

    Returns
    -------
    outputs : list of Output
    """
    return read_outputs(_ask(place, "--summary"))


def list_both(place: Place) -> tuple[list[Output], list[Job]]:
    """List all files, and the jobs that would run now: two questions at once.

    Parameters
    ----------
    place : Place

    Returns
    -------
    outputs : list of Output
    jobs : list of Job
    """
    with ThreadPoolExecutor(2) as both:
        outputs = both.submit(list_outputs, place)
        jobs = both.submit(list_jobs, place)
        return outputs.result(), jobs.result()


def read_jobs(text: str) -> list[Job]:
    """Read what a dry run printed.

    Parameters
    ----------
    text : str

    Returns
    -------
    jobs : list of Job
        Each once, in Snakemake's order.
    """
    jobs = (_read_job(one["rule"], one["body"]) for one in RULE.finditer(text))
    return [job for job in jobs if job.outputs]


def read_outputs(text: str) -> list[Output]:
    """Read what ``snakemake --summary`` printed.

    Parameters
    ----------
    text : str

    Returns
    -------
    outputs : list of Output
    """
    rows = (line.split("\t") for line in text.splitlines() if line.count("\t") == 5)
    return [
        Output(path, rule, log.removeprefix("-"), plan == "update pending")
        for path, _, rule, log, _, plan in rows
        if path != "output_file"
    ]


def _read_job(rule: str, body: str) -> Job:
    entries = dict(ENTRY.findall(body))

    def pairs(name: str) -> dict[str, str]:
        items = (one.partition("=") for one in entries.get(name, "").split(", "))
        return {key: value for key, found, value in items if found}

    def paths(name: str) -> tuple[str, ...]:
        return tuple(one for one in entries.get(name, "").split(", ") if one)

    return Job(
        rule=rule,
        outputs=paths("output"),
        inputs=paths("input"),
        wildcards=pairs("wildcards"),
        reason=entries.get("reason", "").strip(),
        log=entries.get("log", ""),
        benchmark=entries.get("benchmark", ""),
        threads=int(entries.get("threads", 1)),
        resources=pairs("resources"),
    )


def _ask(place: Place, *words: str) -> str:
    if not place.snakefile.is_file():
        raise ConfigError(
            f"{place.snakefile}: no such file. Run this command in the folder of the "
            "workflow, where its Snakefile lies."
        )
    command: list[str | Path] = [sys.executable, "-m", "snakemake", *words, "--nolock"]
    command += ["--snakefile", place.snakefile.absolute(), "--cores", "1"]
    command += ["--directory", place.folder.absolute()]
    if place.configfile:
        command += ["--configfile", place.configfile.absolute()]
    if place.profile:
        command += ["--workflow-profile", place.profile.absolute()]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines()]
        told = [line for line in lines if line and not line.startswith(NOISE)]
        raise ConfigError(
            "Snakemake cannot plan this study:\n  " + "\n  ".join(told[-12:])
        )
    return done.stdout

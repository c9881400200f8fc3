"""Will SLURM do what a profile expects of it? Asked before anything is queued."""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from boldwise.settings.study import Config

Ask = Callable[[Sequence[str]], tuple[int, str]]
Profile = Mapping[str, Any]
PATIENCE_S = 20
POLLS = 3
"""Polls that an ended job must stay known for: the plugin falls back to sacct else."""


def ask_shell(command: Sequence[str]) -> tuple[int, str]:
    """Run a command of the cluster.

    Parameters
    ----------
    command : sequence of str

    Returns
    -------
    status : int
        127 where there is no such program, 124 where it does not answer in time.
    text : str
        What it printed, errors last.
    """
    try:
        done = subprocess.run(
            list(command),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    except FileNotFoundError:
        return 127, f"{command[0]}: no such program"
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]}: no answer within {PATIENCE_S} s"
    return done.returncode, done.stdout + done.stderr


def slurm_problems(
    profile: Profile, config: Config, *, root: Path, ask: Ask = ask_shell
) -> list[str]:
    """Find what keeps a SLURM from running a study as its profile says.

    Parameters
    ----------
    profile : mapping
        Options of snakemake.
    config : Config
    root : path
        Where snakemake will be called.
    ask : callable
        Runs a command of the cluster.

    Returns
    -------
    problems : list of str
        Where the controller cannot be reached, that alone.
    """
    unreachable = list(_reach(ask))
    if unreachable:
        return unreachable
    return [
        *_accounting(profile, ask),
        *_memory_of_jobs(profile, ask),
        *_living_jobs(profile, root, ask),
        *_arrays(profile, config),
        *_gpus(config, ask),
    ]


def _reach(ask: Ask) -> Iterator[str]:
    """Whether the controller answers, and who keeps it from that."""
    status, text = ask(["sinfo", "-h", "-o", "%P"])
    told = _last(text)
    if status == 127:
        yield (
            "there is no SLURM here (sinfo is missing): call snakemake on a login "
            "node, or take another profile."
        )
    elif "munge" in text.lower():
        yield (
            f"munge does not vouch for you on this machine ({told}). Is munged "
            "running? Take another login node, or tell the administrators."
        )
    elif status != 0:
        yield (
            f"SLURM's controller, slurmctld, does not answer ({told}). Try again "
            "later: jobs that are queued already are not lost."
        )


def _accounting(profile: Profile, ask: Ask) -> Iterator[str]:
    """Whether sacct can answer, where the profile relies on it."""
    if profile.get("slurm-status-command", "sacct") != "sacct":
        return
    if _setting("AccountingStorageType", ask).endswith("none"):
        yield (
            "this SLURM keeps no accounting, so sacct never tells that a job has ended "
            "and snakemake would wait for ever: use --workflow-profile "
            "profiles/slurm-squeue."
        )
        return
    status, text = ask(["sacct", "-n", "-X", "-S", "now"])
    if status != 0:
        yield (
            f"SLURM's accounting does not answer ({_last(text)}), and snakemake would "
            "wait for ever: use --workflow-profile profiles/slurm-squeue meanwhile."
        )


def _memory_of_jobs(profile: Profile, ask: Ask) -> Iterator[str]:
    """Whether squeue remembers ended jobs for long enough."""
    if profile.get("slurm-status-command", "sacct") != "squeue":
        return
    age = _number(_setting("MinJobAge", ask))
    poll = int(profile.get("slurm-init-seconds-before-status-checks", 40))
    if age is not None and age < POLLS * poll:
        yield (
            f"squeue forgets jobs {age} s after their end (MinJobAge), and snakemake "
            f"asks every {poll} s: set slurm-init-seconds-before-status-checks to "
            f"{max(1, age // POLLS)} or less in the profile."
        )


def _living_jobs(profile: Profile, root: Path, ask: Ask) -> Iterator[str]:
    """Jobs that an earlier run of the same folder left in the queue."""
    prefix = str(profile.get("slurm-jobname-prefix", ""))
    if not prefix:
        return
    _, text = ask(["squeue", "-h", "--me", "-o", "%A|%j|%Z"])
    rows = [line.split("|") for line in text.splitlines() if line.count("|") == 2]
    here = str(root.resolve())
    alive = [i for i, job, where in rows if job.startswith(prefix) and where == here]
    if alive:
        some = " ".join(sorted(set(alive), key=int)[:20])
        yield (
            f"{len(set(alive))} jobs of an earlier run of this folder are alive, and a "
            "new run would start them a second time. Wait until squeue shows them no "
            f"more, or: scancel {some}"
        )


def _arrays(profile: Profile, config: Config) -> Iterator[str]:
    """Whether arrays can be sent whole: the plugin never sends a part of one."""
    jobs, most = profile.get("jobs", 0), count_fits(config)
    waits = str(jobs).isdigit() and int(jobs) < most
    if profile.get("slurm-array-jobs") and waits:
        yield (
            f"the profile allows {jobs} jobs at once, the study fits {most} models, "
            "and an array of which a part must wait is never sent: set jobs to "
            f"{10 * most}, or take slurm-array-jobs out of the profile."
        )


def count_fits(config: Config) -> int:
    """Count the jobs of a study that may go into arrays, generously.

    Parameters
    ----------
    config : Config

    Returns
    -------
    n_fits : int
    """
    brains = len(config.dataset.subjects) + 1
    models = 2 * len(config.encoders) + len(config.decoders)
    return len(config.splits) * brains * (models + len(config.encoders))


def _gpus(config: Config, ask: Ask) -> Iterator[str]:
    """Whether the cluster has GPUs, where the config asks for them."""
    if asks_for_gpu(config):
        _, text = ask(["sinfo", "-h", "-o", "%G"])
        if "gpu" not in text:
            yield (
                "the config says `device: cuda`, and no node of this cluster offers a "
                "GPU (sinfo -o %G). Say `device: auto`."
            )


def asks_for_gpu(config: Config) -> bool:
    """Tell whether any part of a config says ``device: cuda``.

    Parameters
    ----------
    config : Config

    Returns
    -------
    asks : bool
    """
    return _holds(config.model_dump(mode="json"), "device", "cuda")


def _holds(tree: Any, key: str, value: str) -> bool:
    """Whether a nest of mappings and lists holds a key with a value."""
    if isinstance(tree, Mapping):
        return tree.get(key) == value or any(
            _holds(one, key, value) for one in tree.values()
        )
    return isinstance(tree, list) and any(_holds(one, key, value) for one in tree)


def _setting(name: str, ask: Ask) -> str:
    """One setting of the controller; empty where it is not told."""
    _, text = ask(["scontrol", "show", "config"])
    found = re.search(rf"(?m)^{name}\s*=\s*(\S+)", text)
    return found[1] if found else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _last(text: str) -> str:
    """Give the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"

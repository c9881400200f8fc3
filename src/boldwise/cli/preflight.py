"""Can a study be sent off from here? Its place, its environment, its profile."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from boldwise.cli.preflight_slurm import (
    Ask,
    ask_shell,
    asks_for_gpu,
    slurm_problems,
)
from boldwise.errors import BoldwiseError, ConfigError, first_line
from boldwise.io.tables import read_text
from boldwise.settings.files import read_config

PINS = "envs/constraints.txt"
PLACEHOLDERS = ("REGISTRY", "BUCKET", "ACCOUNT", "PARTITION")
MIN_FREE_GB = 5.0
"""For Snakemake's notes, logs and a report, where no plan says more."""
Profile = Mapping[str, Any]


def preflight_problems(
    configfile: str | Path,
    profile: str | Path = "default",
    *,
    root: str | Path = ".",
    ask: Ask = ask_shell,
) -> list[str]:
    """Find what would stop a run, or make it hang, before anything is queued.

    Parameters
    ----------
    configfile : path
        Of the study.
    profile : str or path
        Folder of a profile, or its name below ``profiles/``.
    root : path
        Where snakemake will be called: holds ``results/`` and ``profiles/``.
    ask : callable
        Runs a command of the cluster; gives its status and what it printed.

    Returns
    -------
    problems : list of str
        One sentence or two each, with the way out; empty if all is in order.

    Raises
    ------
    ConfigError
        If the config or the profile cannot be read.
    """
    root = Path(root)
    config, chosen = read_config(configfile), read_profile(profile, root)
    found = [
        *folder_problems(root, config.dataset.name),
        *disk_problems(root, needed_gb(configfile, root)),
        *environment_problems(root),
        *profile_problems(chosen),
    ]
    on_slurm = chosen.get("executor") == "slurm"
    if on_slurm:
        found += slurm_problems(chosen, config, root=root, ask=ask)
    elif asks_for_gpu(config) and chosen.get("executor") is None:
        found += gpu_problems()
    return found


def read_profile(profile: str | Path, root: Path) -> Profile:
    """Read the settings of a profile.

    Parameters
    ----------
    profile : str or path
        Its folder, or its name below ``profiles/``.
    root : path

    Returns
    -------
    settings : mapping

    Raises
    ------
    ConfigError
        If there is no such profile, or it is no mapping.
    """
    places = [root / "profiles" / profile, root / profile]
    names = ("config.yaml", "profile.yaml")
    files = [p / name for p in places for name in names if (p / name).is_file()]
    if not files:
        known = sorted(p.name for p in (root / "profiles").glob("*") if p.is_dir())
        raise ConfigError(
            f"no profile '{profile}' in {root / 'profiles'}. There are: "
            f"{', '.join(known) or 'none'}."
        )
    settings = yaml.safe_load(read_text(files[0]))
    if not isinstance(settings, dict):
        raise ConfigError(
            f"{files[0]}: a profile is a mapping of options of snakemake."
        )
    return settings


def folder_problems(root: Path, name: str) -> Iterator[str]:
    """Say what is wrong with the folder that results go to, if anything.

    Parameters
    ----------
    root : path
    name : str
        Of the dataset.

    Yields
    ------
    problem : str
    """
    folder = root / "results" / name
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".preflight-") as made:
            (Path(made) / "a").write_bytes(b"1")
            Path(made, "a").replace(Path(made, "b"))
    except OSError as error:
        yield (
            f"{folder.absolute()}: files cannot be written and renamed there "
            f"({error.strerror}). Every result is written under another name first: "
            "call snakemake where you may write, or link results/ to such a disk."
        )
    locks = root / ".snakemake/locks"
    if locks.is_dir() and any(locks.iterdir()):
        yield (
            f"{root.absolute()}: another snakemake runs here, or was killed. Wait for "
            "it, or if there is none: snakemake --unlock."
        )


def needed_gb(configfile: str | Path, root: Path) -> float:
    """Disk that the study will fill, as ``boldwise plan`` expects it.

    Parameters
    ----------
    configfile : path
    root : path
        Where snakemake will be called.

    Returns
    -------
    needed : float, in GB
        A small constant where nothing can be planned, as without a Snakefile.
    """
    if not (root / "Snakefile").is_file():
        return MIN_FREE_GB
    from boldwise.cli.plan import disk_needed
    from boldwise.jobs.listing import Place

    place = Place(root / "Snakefile", Path(configfile), root)
    try:
        return max(MIN_FREE_GB, disk_needed(place, {}) / 1e9)
    except BoldwiseError:  # Told by `boldwise plan`; most often data that lack.
        return MIN_FREE_GB


def disk_problems(root: Path, needed: float) -> Iterator[str]:
    """Say that a disk is too full for what is planned, if it is.

    Parameters
    ----------
    root : path
    needed : float, in GB

    Yields
    ------
    problem : str
    """
    place = root / "results"
    place = place if place.exists() else root
    free = shutil.disk_usage(place).free / 1e9
    if free < needed:
        yield (
            f"{place.absolute()}: {free:.1f} GB are free, and the study needs about "
            f"{needed:.1f} GB. Make room, or link results/ to another disk."
        )


def environment_problems(root: Path) -> Iterator[str]:
    """Say where the environment is older than the pins, or does not load.

    Parameters
    ----------
    root : path
        Holds ``envs/constraints.txt``; without it only the loading is tried.

    Yields
    ------
    problem : str
    """
    pins = root / PINS
    lines = pins.read_text().splitlines() if pins.is_file() else []
    older = [
        one for line in lines if "==" in line and (one := _older(line.split("==")))
    ]
    if older:
        yield (
            f"the environment is older than {PINS}: {', '.join(older[:5])}"
            f"{f' and {len(older) - 5} more' * (len(older) > 5)}. Renew it: make env."
        )
    yield from torch_problems()


def _older(pin: list[str]) -> str:
    from packaging.version import Version

    try:
        own = version(pin[0])
    except PackageNotFoundError:
        return ""  # Tools of the tests are pinned too, and not needed for a run.
    return f"{pin[0]} {own} (pinned {pin[1]})" * (Version(own) < Version(pin[1]))


def torch_problems(load: Callable[[str], Any] = import_module) -> Iterator[str]:
    """Say that torch and torchvision come from different builds, if they do.

    Parameters
    ----------
    load : callable
        Imports a module: only that shows whether two builds fit.

    Yields
    ------
    problem : str
    """
    try:
        load("torchvision")
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        pair = [f"{name} {_version(name)}" for name in ("torch", "torchvision")]
        yield (
            f"torchvision does not load ({first_line(error)}): {' and '.join(pair)} "
            "are of different builds. Install both from the same index, in one command."
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(none)"


def profile_problems(profile: Profile) -> Iterator[str]:
    """Say what a profile lacks: its plugin, or values that only the user knows.

    Parameters
    ----------
    profile : mapping

    Yields
    ------
    problem : str
    """
    plugin = f"snakemake-executor-plugin-{profile.get('executor', 'local')}"
    if "executor" in profile and not find_spec(plugin.replace("-", "_")):
        yield f"the profile needs a plugin that lacks: pip install {plugin}."
    text = yaml.safe_dump(dict(profile))
    left = [word for word in PLACEHOLDERS if word in text]
    if left:
        yield f"the profile still says {' and '.join(left)}: put your own there."


def gpu_problems(load: Callable[[str], Any] = import_module) -> Iterator[str]:
    """Say that no GPU is seen on this machine, if the config asks for one.

    Parameters
    ----------
    load : callable
        Imports torch.

    Yields
    ------
    problem : str
    """
    if not load("torch").cuda.is_available():
        seen = os.environ.get("CUDA_VISIBLE_DEVICES")
        hint = f" (CUDA_VISIBLE_DEVICES is '{seen}')" if seen is not None else ""
        yield (
            f"the config says `device: cuda`, and torch sees no GPU here{hint}. Say "
            "`device: auto`, or use the profile of a cluster that has one."
        )

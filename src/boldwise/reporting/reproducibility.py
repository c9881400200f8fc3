"""What it takes to get these numbers again: versions, commit, seeds."""

import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    *("boldwise", "numpy", "scipy", "scikit-learn", "torch", "open_clip_torch"),
    *("h5py", "nibabel", "nilearn", "matplotlib", "pydantic", "snakemake"),
)
NO_COMMIT = "not a git checkout"


def find_versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on.

    Returns
    -------
    versions : dict of str
        By name; packages that are not installed are left out.
    """
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def find_commit(folder: str | Path) -> str:
    """Commit of a checkout, and whether files differ from it.

    Parameters
    ----------
    folder : path
        Any folder of the checkout.

    Returns
    -------
    commit : str
        40 hexadecimal digits, with a remark where files were changed; or
        ``"not a git checkout"``.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return NO_COMMIT
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}, with uncommitted changes" if changed else commit


def find_seeds(config: Mapping[str, Any]) -> dict[str, int]:
    """Every seed of a config, by its place.

    Parameters
    ----------
    config : mapping
        Plain values, nested.

    Returns
    -------
    seeds : dict of int
        For example ``{"evaluation.seed": 0}``.
    """
    seeds: dict[str, int] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            seeds |= {f"{key}.{k}": seed for k, seed in find_seeds(value).items()}
        elif key == "seed" and value is not None:
            seeds[key] = value
    return seeds


def _git(folder: str | Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()

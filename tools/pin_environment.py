"""Write the exact pins of the environment, and the conda file in step with them.

Usage: python tools/pin_environment.py      (inside an environment that works)
Pins what pyproject.toml asks for and what that needs, as installed; nothing else.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINS, CONDA = ROOT / "envs/constraints.txt", ROOT / "envs/boldwise.yaml"
HEAD = "# Exact pins of the whole environment; made by tools/pin_environment.py.\n"


def wanted() -> list[Requirement]:
    """List what pyproject.toml asks for, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for text in sum(extras, project["dependencies"])]


def installed() -> dict[str, str]:
    """Find the versions of all that is wanted, and of all that it needs."""
    found: dict[str, str] = {}
    pending = [(one.name, frozenset(one.extras)) for one in wanted()]
    seen = set()
    while pending:
        name, extras = pending.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # Asked for by a marker of another system.
        found[canonicalize_name(name)] = (
            f"{package.metadata['Name']}=={package.version}"
        )
        for text in package.requires or []:
            need = Requirement(text)
            contexts = [{"extra": extra} for extra in (extras or {""})]
            if need.marker is None or any(map(need.marker.evaluate, contexts)):
                pending.append((need.name, frozenset(need.extras)))
    return dict(sorted(found.items()))


def pins(path: Path = PINS) -> list[str]:
    """Read the pins of a file, one per line, without comments."""
    lines = (re.sub(r"#.*", "", line).strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def conda(pinned: list[str]) -> str:
    """Write the conda file that holds the same pins."""
    head = "channels:\n  - conda-forge\n  - nodefaults\n"
    fixed = "dependencies:\n  - python =3.11\n  - pip\n  - pip:\n"
    return HEAD + head + fixed + "".join(f"      - {pin}\n" for pin in pinned)


if __name__ == "__main__":
    PINS.write_text(HEAD + "".join(f"{pin}\n" for pin in installed().values()))
    CONDA.write_text(conda(pins()))
    print(f"{len(pins())} pins: {PINS}, {CONDA}")

"""Where features of networks lie that need not be computed again.

Every readout of every network for every set of stimuli is one journal, named by the
hash of all that its numbers depend on. Data sets and configs share them: whoever asks
for the same finds them, whole or as far as a killed job came.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldwise.io.paths import expand

VARIABLE = "BOLDWISE_FEATURES_CACHE"
DEFAULT = "results/.cache"
OFF = ("off", "none", "0")
SUFFIX = ".rows"


@dataclass(frozen=True)
class Cache:
    """A folder of journals.

    Attributes
    ----------
    folder : Path
    keep : bool
        Keep journals that are whole; else they only bridge a kill.
    """

    folder: Path
    keep: bool

    def path_of(self, identity: Mapping[str, Any]) -> Path:
        """Where the rows of one readout lie.

        Parameters
        ----------
        identity : mapping
            As JSON can hold it.

        Returns
        -------
        path : Path
        """
        text = json.dumps(identity, sort_keys=True).encode()
        return self.folder / f"{hashlib.sha256(text).hexdigest()[:32]}{SUFFIX}"

    @property
    def size(self) -> tuple[int, int]:
        """Number of journals, and their bytes."""
        found = [path.stat().st_size for path in self.folder.glob(f"*{SUFFIX}")]
        return len(found), sum(found)

    def clear(self) -> None:
        """Delete every journal."""
        for path in self.folder.glob(f"*{SUFFIX}"):
            path.unlink(missing_ok=True)


def find_cache(beside: str | Path | None = None) -> Cache:
    """Find the cache: below ``BOLDWISE_FEATURES_CACHE``, else below ``results``.

    Parameters
    ----------
    beside : path, optional
        A store to come: where the cache is switched off
        (``BOLDWISE_FEATURES_CACHE=off``), its unfinished journals lie beside it, and
        are gone when it is there.

    Returns
    -------
    cache : Cache
    """
    told = os.environ.get(VARIABLE, "").strip()
    if told.lower() in OFF and beside is not None:
        return Cache(Path(beside).parent / ".unfinished", keep=False)
    chosen = "" if told.lower() in OFF else told
    return Cache(expand(chosen or DEFAULT) / "features", keep=True)

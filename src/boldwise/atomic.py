"""Files that appear whole or not at all."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path


@contextmanager
def new_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary name in the folder of ``path``; rename it there on success.

    What a killed job of this machine left under such a name is removed first.

    Parameters
    ----------
    path : path
        Target. Its folder is made if need be.

    Yields
    ------
    temporary : Path
        Write here. On an error it is removed and the target stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    host, job = socket.gethostname(), os.environ.get("SLURM_JOB_ID", "")
    _sweep(path, host)
    # The suffix is kept at the end: libraries choose the format by it.
    temporary = path.with_name(f".{host}-{os.getpid()}-{job}.{path.name}")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _flush_folder(folder: Path) -> None:
    """Make a new name last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(path: Path, host: str) -> None:
    """Remove temporaries of this target whose process on this host has ended."""
    lead, end = f".{host}-", f".{path.name}"
    for left in path.parent.glob(f"{escape(lead)}*{escape(end)}"):
        pid = left.name.removeprefix(lead).partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            with suppress(FileNotFoundError):
                left.unlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # Signal 0 asks only whether the process is there.
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

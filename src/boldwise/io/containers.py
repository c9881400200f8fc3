"""fMRIPrep in a container: the command, what it needs, and running it."""

import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boldwise.errors import DataError, name_some
from boldwise.io.paths import expand

DATA, OUT, WORK, LICENCE = "/data", "/out", "/work", "/license.txt"
MOST_OMP_THREADS = 8  # More do not speed up its tools.
LAST_LINES = 5
LICENCE_ADDRESS = "https://surfer.nmr.mgh.harvard.edu/registration.html"


@dataclass(frozen=True)
class Fmriprep:
    """Which fMRIPrep is run, and how; as ``settings.preprocessing`` hands it out.

    Attributes
    ----------
    root : str
        Folder of the raw BIDS dataset.
    output, work : str
        Folders that it writes to.
    runtime : str
        ``apptainer``, ``singularity`` or ``docker``.
    image, version : str
        Name in a registry with its tag; or, with apptainer, a ``.sif`` file.
    license : str
        Licence file of FreeSurfer.
    output_spaces : sequence of str
    task : str or None
        Label of the only task that is wanted.
    freesurfer, bids_validation : bool
        Whether these parts are run.
    arguments : sequence of str
        Further arguments of fMRIPrep, as they are.
    """

    root: str
    output: str
    work: str
    runtime: str
    image: str
    version: str
    license: str
    output_spaces: Sequence[str]
    task: str | None = None
    freesurfer: bool = False
    bids_validation: bool = True
    arguments: Sequence[str] = field(default_factory=list)

    @property
    def executable_image(self) -> str:
        """What the runtime is told to run."""
        if self.image.endswith((".sif", ".simg")):
            return str(expand(self.image).resolve())
        tagged = f"{self.image}:{self.version}"
        return tagged if self.runtime == "docker" else f"docker://{tagged}"


def fmriprep_command(
    fmriprep: Fmriprep, subject: str, *, threads: int, mem_mb: int
) -> list[str]:
    """Write the command that preprocesses one subject.

    Parameters
    ----------
    fmriprep : Fmriprep
    subject : str
        Label, without ``sub-``.
    threads : int
    mem_mb : int
        Memory of the job, in MB.

    Returns
    -------
    command : list of str
        Words for ``subprocess``; no shell reads them. Folders are absolute.
    """
    return [
        *_container(fmriprep),
        fmriprep.executable_image,
        *(DATA, OUT, "participant"),
        *("--participant-label", subject),
        *(("--task-id", fmriprep.task) if fmriprep.task else ()),
        *("--output-spaces", *fmriprep.output_spaces),
        *("--nthreads", str(threads)),
        *("--omp-nthreads", str(min(threads, MOST_OMP_THREADS))),
        *("--mem-mb", str(mem_mb)),
        *("--work-dir", WORK),
        *("--fs-license-file", LICENCE),
        *(() if fmriprep.freesurfer else ("--fs-no-reconall",)),
        *(() if fmriprep.bids_validation else ("--skip-bids-validation",)),
        "--notrack",
        *fmriprep.arguments,
    ]


def container_problems(fmriprep: Fmriprep) -> list[str]:
    """Say what is missing before fMRIPrep can run on this machine.

    Parameters
    ----------
    fmriprep : Fmriprep

    Returns
    -------
    problems : list of str
        One sentence each.
    """
    problems = []
    if shutil.which(fmriprep.runtime) is None:
        problems.append(
            f"dataset.preprocessing.runtime: no '{fmriprep.runtime}' on this machine's "
            "PATH. Install it or load its module, or set `kind: builtin`, which needs "
            "no container."
        )
    if not expand(fmriprep.license).is_file():
        problems.append(
            f"{fmriprep.license}: no such file. fMRIPrep needs a licence file of "
            f"FreeSurfer, free of charge from {LICENCE_ADDRESS}; name it in "
            "`dataset.preprocessing.license`."
        )
    if fmriprep.image.endswith((".sif", ".simg")):
        image = expand(fmriprep.image)
        told = f"{fmriprep.image}: no such image. Build it, or name one in a registry."
        problems += [] if image.is_file() else [told]
    return problems


def anatomy_problems(root: str, subject: str) -> list[str]:
    """Say what fMRIPrep would miss of a subject in the raw dataset.

    Parameters
    ----------
    root : str
        Folder of the raw BIDS dataset.
    subject : str
        Label, without ``sub-``.

    Returns
    -------
    problems : list of str
        One sentence each.
    """
    folder = expand(root) / f"sub-{subject}"
    if any(folder.glob("**/anat/*_T1w.nii*")):
        return []
    return [
        f"{folder}: no `anat/*_T1w.nii.gz`, without which fMRIPrep cannot run. Fetch "
        "it, or set `dataset.preprocessing.kind: builtin`."
    ]


def run_fmriprep(
    fmriprep: Fmriprep,
    command: Sequence[str],
    expected: Sequence[str],
    *,
    tell: Callable[[str], None],
) -> None:
    """Run fMRIPrep and look for what it was run for.

    Parameters
    ----------
    fmriprep : Fmriprep
    command : sequence of str
        From ``fmriprep_command``.
    expected : sequence of str
        Files that must be there afterwards.
    tell : callable
        Gets each line that it prints.

    Raises
    ------
    DataError
        If something is missing beforehand, it fails, or a file is not there.
    """
    problems = container_problems(fmriprep)
    if problems:
        raise DataError("\n".join(problems))
    for folder in (fmriprep.output, fmriprep.work):
        expand(folder).mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=LAST_LINES)
    with subprocess.Popen(
        list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            tell(line.rstrip())
    if process.returncode:
        raise DataError(
            f"fMRIPrep ended with status {process.returncode}; its last lines: "
            f"{' / '.join(last)}. The log of this job holds all of them."
        )
    lost = [path for path in expected if not Path(path).exists()]
    if lost:
        raise DataError(
            f"fMRIPrep ended well, but did not write {name_some(lost, at_most=2)}. "
            f"Look into {fmriprep.output}, and name `dataset.bold` and "
            "`output_spaces` to fit."
        )


def _container(fmriprep: Fmriprep) -> list[str]:
    """Runtime and folders: the data and the licence are read-only inside."""
    folders = {
        f"{expand(fmriprep.root).resolve()}:{DATA}:ro",
        f"{expand(fmriprep.output).resolve()}:{OUT}",
        f"{expand(fmriprep.work).resolve()}:{WORK}",
        f"{expand(fmriprep.license).resolve()}:{LICENCE}:ro",
    }
    docker = fmriprep.runtime == "docker"
    start = ["run", "--rm"] if docker else ["run", "--cleanenv"]
    flag = "--volume" if docker else "--bind"
    bound = [word for folder in sorted(folders) for word in (flag, folder)]
    return [fmriprep.runtime, *start, *bound]

"""Simulated runs as a BIDS dataset with fMRIPrep-style derivatives."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from boldwise import __version__
from boldwise.io.bids_text import write_json, write_table
from boldwise.io.images import write_volume
from boldwise.simulate.confounds import confound_table
from boldwise.simulate.layout import DATASET_FILES, POPULATIONS, ROI_FILES, RUN_FILES
from boldwise.simulate.protocol import Protocol, RunPlan
from boldwise.simulate.scanner import BoldRun
from boldwise.simulate.world import Subject

BIDS_VERSION = "1.10.0"
TASK = "scenes"


def write_dataset(root: str | Path, subjects: Sequence[str]) -> None:
    """Write the files that describe the dataset as a whole.

    Parameters
    ----------
    root : path
        Folder of the BIDS dataset.
    subjects : sequence of str
        Labels.
    """
    about = {
        "Name": "Scenes drawn by code, brains with a known truth",
        "BIDSVersion": BIDS_VERSION,
        "License": "CC0",
        "GeneratedBy": [{"Name": "boldwise simulate", "Version": __version__}],
    }
    raw, participants, *derivatives = (Path(root, name) for name in DATASET_FILES)
    write_json(raw, {**about, "DatasetType": "raw"})
    labels = np.array([f"sub-{subject}" for subject in subjects])
    write_table(participants, {"participant_id": labels})
    for path in derivatives:
        write_json(path, {**about, "DatasetType": "derivative"})


def write_subject(root: str | Path, subject: Subject) -> dict[str, np.ndarray]:
    """Scan and write all runs of a subject, and the masks of its populations.

    Parameters
    ----------
    root : path
        Folder of the BIDS dataset.
    subject : Subject

    Returns
    -------
    motion : dict of array of shape (n_volumes, 6)
        True motion by run label: mm and radians.
    """
    motion = {}
    for run in subject.scan():
        where = {"subject": subject.label, "run": run.plan.run}
        files = {
            name: Path(root, path.format(**where)) for name, path in RUN_FILES.items()
        }
        _write_run(files, run, subject)
        motion[run.plan.run] = run.motion
    anatomy = subject.brain.anatomy
    for name in POPULATIONS:
        mask = np.zeros(anatomy.tissue.shape, bool)
        mask[tuple(anatomy.ijk[anatomy.population == name].T)] = True
        path = Path(root, ROI_FILES[name].format(subject=subject.label))
        write_volume(path, mask, anatomy.affine)
    return motion


def _write_run(files: Mapping[str, Path], run: BoldRun, subject: Subject) -> None:
    protocol, anatomy = subject.world.protocol, subject.brain.anatomy
    for name, volumes in (("raw", run.raw), ("bold", run.realigned)):
        write_volume(files[name], volumes, anatomy.affine, tr_s=protocol.tr_s)
    n_slices = run.raw.shape[2]
    timing = {"RepetitionTime": protocol.tr_s, "TaskName": TASK}
    middle_s = protocol.tr_s / 2
    # A 3-D acquisition: all slices are as of the middle of the TR.
    write_json(files["raw_sidecar"], {**timing, "SliceTiming": [middle_s] * n_slices})
    write_json(
        files["bold_sidecar"],
        {**timing, "StartTime": middle_s, "SkullStripped": False},
    )
    reference = run.realigned.mean(axis=3, dtype=np.float64).astype(np.float32)
    write_volume(files["boldref"], reference, anatomy.affine)
    write_volume(files["mask"], anatomy.mask, anatomy.affine)
    write_table(files["events"], _events(run.plan, subject.stimulus_id, protocol))
    write_table(
        files["confounds"], confound_table(run, anatomy.tissue, tr_s=protocol.tr_s)
    )


def _events(
    plan: RunPlan, stimulus_id: np.ndarray, protocol: Protocol
) -> dict[str, np.ndarray]:
    n_trials = len(plan.scene)
    return {
        "onset": plan.onset_s,
        "duration": np.full(n_trials, protocol.duration_s),
        "trial_type": np.full(n_trials, "scene"),
        "stimulus_id": stimulus_id[plan.scene],
    }

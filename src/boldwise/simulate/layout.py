"""Names in the simulated world: populations, runs, files. Standard library only."""

from math import ceil

RESPONSIVE = ("early_visual", "category", "semantic")
POPULATIONS = (*RESPONSIVE, "confound", "noise")
SPACE = "MNI152NLin2009cAsym"

_RUN = "sub-{subject}/func/sub-{subject}_task-scenes_run-{run}"
_PREPROCESSED = f"derivatives/fmriprep/{_RUN}"

# One file each per subject and run, below the BIDS folder.
RUN_FILES = {
    "raw": f"{_RUN}_bold.nii.gz",
    "raw_sidecar": f"{_RUN}_bold.json",
    "events": f"{_RUN}_events.tsv",
    "bold": f"{_PREPROCESSED}_space-{SPACE}_desc-preproc_bold.nii.gz",
    "bold_sidecar": f"{_PREPROCESSED}_space-{SPACE}_desc-preproc_bold.json",
    "boldref": f"{_PREPROCESSED}_space-{SPACE}_boldref.nii.gz",
    "mask": f"{_PREPROCESSED}_space-{SPACE}_desc-brain_mask.nii.gz",
    "confounds": f"{_PREPROCESSED}_desc-confounds_timeseries.tsv",
}

# One mask each per subject. BIDS labels take letters and digits only.
ROI_FILES = {
    name: f"derivatives/rois/sub-{{subject}}/sub-{{subject}}_space-{SPACE}"
    f"_label-{name.replace('_', '')}_mask.nii.gz"
    for name in POPULATIONS
}

# One each per dataset.
DATASET_FILES = (
    "dataset_description.json",
    "participants.tsv",
    "derivatives/fmriprep/dataset_description.json",
    "derivatives/rois/dataset_description.json",
)


def count_runs(
    n_shared: int, n_repeats: int, n_unique: int, trials_per_run: int
) -> tuple[int, int]:
    """Count runs of shared and runs of unique scenes: no run holds both.

    A test on shared scenes is then free of the noise of the training runs, and
    each repeat of a scene finds a run of its own.

    Parameters
    ----------
    n_shared, n_repeats, n_unique : int
        Shared scenes, showings of each, and scenes shown once.
    trials_per_run : int
        At most so many.

    Returns
    -------
    n_shared_runs, n_unique_runs : int
    """
    n_shared_runs = max(n_repeats, ceil(n_shared * n_repeats / trials_per_run))
    return n_shared_runs, ceil(n_unique / trials_per_run)


def label_runs(n_runs: int) -> list[str]:
    """Labels of runs, in the order of the session: ``["01", "02", …]``."""
    return [f"{run:02d}" for run in range(1, n_runs + 1)]

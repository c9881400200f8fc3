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


def label_runs(n_trials: int, trials_per_run: int) -> list[str]:
    """Labels of the runs that hold so many trials: ``["01", "02", …]``."""
    return [f"{run:02d}" for run in range(1, ceil(n_trials / trials_per_run) + 1)]

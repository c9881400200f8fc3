"""Files of runs that are found by their labels, and what maps of a space are called."""

from boldwise.io.fmriprep import Query, find_runs, form_of
from boldwise.settings.fmriprep import FmriprepDataset
from boldwise.settings.series import AnyDataset

ENDINGS = {
    "volume": ("_{score}.nii.gz",),
    "surface": ("_hemi-L_{score}.func.gii", "_hemi-R_{score}.func.gii"),
    "cifti": ("_{score}.dscalar.nii",),
}


def fmriprep_files(
    dataset: FmriprepDataset, subject: str, *, events: bool
) -> list[str]:
    """List the files of a subject's runs in a folder of derivatives.

    Parameters
    ----------
    dataset : FmriprepDataset
    subject : str
    events : bool
        Whether every run needs its events.

    Returns
    -------
    paths : list of str

    Raises
    ------
    DataError
        If runs are absent, or a label means several files.
    """
    runs = find_runs(Query(**dataset.query), subject, events=events)
    each = [(*run.bold, run.events, run.confounds, run.mask) for run in runs]
    return list(dict.fromkeys(str(path) for run in each for path in run if path))


def map_names(dataset: AnyDataset) -> tuple[str, ...]:
    """Name the files that one map of a subject's scores is written to.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    endings : tuple of str
        What follows ``sub-X``, with ``{score}``: one NIfTI or CIFTI file, or the
        GIfTI files of both hemispheres.
    """
    if isinstance(dataset, FmriprepDataset):
        return ENDINGS[form_of(dataset.space)]
    bold = getattr(dataset, "bold", "")
    if bold.endswith(".gii"):
        return ENDINGS["surface"]
    return ENDINGS["cifti" if bold.endswith(".dtseries.nii") else "volume"]

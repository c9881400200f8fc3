"""All that is wrong with raw runs, before anything is preprocessed."""

from boldwise.io.containers import Fmriprep, anatomy_problems, container_problems
from boldwise.io.preprocessing import RawSource, read_raw_header
from boldwise.io.problems import Problems
from boldwise.settings.preprocessing import BuiltinPreprocessing, FmriprepPreprocessing
from boldwise.settings.raw_runs import (
    RawDataset,
    fmriprep_source,
    raw_run,
    raw_source,
)
from boldwise.settings.series import AnyDataset


def raw_problems(dataset: AnyDataset) -> list[str]:
    """Check the raw runs of a dataset, and what preprocessing needs beside them.

    Parameters
    ----------
    dataset : settings of a dataset
        One that holds no raw runs has no such problems.

    Returns
    -------
    problems : list of str
        One sentence each. Voxels are not read.
    """
    if not isinstance(dataset, RawDataset):
        return []
    problems = Problems()
    if isinstance(dataset.preprocessing, BuiltinPreprocessing):
        source = RawSource(**raw_source(dataset))
        for subject in dataset.subjects:
            for run in dataset.runs:
                with problems.collect():
                    read_raw_header(raw_run(dataset, subject, run), source)
    elif isinstance(dataset.preprocessing, FmriprepPreprocessing):
        problems.add(container_problems(Fmriprep(**fmriprep_source(dataset))))
        for subject in dataset.subjects:
            problems.add(anatomy_problems(dataset.root, subject))
    return problems.found

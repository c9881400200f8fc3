"""All problems of a dataset's files come in one list; a sound one has none."""

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from boldwise.io.dataset_check import dataset_problems
from boldwise.settings.dataset import BetasDataset, BoldDataset, SimulatedDataset
from boldwise.settings.fmriprep import FmriprepDataset
from boldwise.settings.models import ResponseOptions
from boldwise.settings.series import SeriesDataset

GIVEN = ResponseOptions(estimate="given")


@pytest.fixture
def betas(files, rng):
    """Write two subjects' betas of three pictures."""
    for subject in ("1", "2"):
        ids = np.array(["a", "b", "c"], object)
        content = {"betas": rng.normal(size=(3, 4)), "id": ids}
        savemat(files.folder / f"{subject}.mat", content)
    for name in "abc":
        pixels = rng.integers(0, 256, size=(16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(files.folder / f"{name}.png")
    return BetasDataset(
        kind="betas",
        name="study",
        root=str(files.folder),
        subjects=["1", "2"],
        path="{subject}.mat",
        blocks=[{"response": "betas", "stimulus_id": "id"}],
        stimuli={"images": ["*.png"]},
    )


@pytest.fixture
def bold(bold_fields):
    return BoldDataset(
        kind="bold",
        name="study",
        subjects=["s1"],
        stimuli={"from_events": True},
        **bold_fields,
    )


def test_sound_data_have_no_problems(betas, bold):
    assert dataset_problems(betas, GIVEN) == []
    assert dataset_problems(bold, ResponseOptions()) == []
    assert dataset_problems(bold, ResponseOptions(estimate="timeseries")) == []


def test_simulated_data_do_not_exist_yet():
    simulated = SimulatedDataset(kind="simulated", name="demo", subjects=["1"])

    assert dataset_problems(simulated, ResponseOptions()) == []


def test_problems_of_all_files_come_in_one_list(betas, files):
    (files.folder / "1.mat").unlink()
    (files.folder / "b.png").write_bytes(b"no picture")
    content = {"betas": np.eye(3), "id": np.array(["a", "b", "d"], object)}
    savemat(files.folder / "2.mat", content)

    image, absent, unknown = dataset_problems(betas, GIVEN)

    assert "b.png: the image does not decode" in image
    assert "1.mat: no such file" in absent
    assert "subject 2: 1 of 3 stimulus ids of the responses are no known" in unknown
    assert "'d'" in unknown


def test_a_missing_root_is_told_once_per_file(betas):
    elsewhere = betas.model_copy(update={"root": "/nowhere"})

    problems = dataset_problems(elsewhere, GIVEN)

    assert len(problems) == 3
    assert all(problem.startswith("/nowhere/") for problem in problems)


def test_confounds_are_checked_as_the_responses_want_them(bold, files):
    files.motion("sub-s1_run-02_confounds.tsv", n_volumes=59)

    (problem,) = dataset_problems(bold, ResponseOptions())

    assert "59 rows of confounds" in problem
    assert dataset_problems(bold, ResponseOptions(confounds=[])) == []


def test_ids_that_start_at_one_are_suspected(betas, files):
    for i, name in enumerate("abc"):
        (files.folder / f"{name}.png").rename(files.folder / f"{i}.png")
    for subject in ("1", "2"):
        content = {"betas": np.eye(3), "id": np.array([1.0, 2.0, 3.0])}
        savemat(files.folder / f"{subject}.mat", content)

    problems = dataset_problems(betas, GIVEN)

    assert len(problems) == 2
    assert (
        "less 1 all are known: do they start at 1? Set `id_rule: {shift" in problems[0]
    )


def test_derivatives_of_fmriprep_are_checked_like_any_runs(fmriprep):
    stem = fmriprep.run("surface")
    asked = {"space": "fsaverage5", "tasks": ["view"], "raw": str(fmriprep.raw)}
    dataset = FmriprepDataset(
        kind="fmriprep",
        name="study",
        root=str(fmriprep.root),
        subjects=["01"],
        stimuli={"from_events": True},
        **asked,
    )
    assert dataset_problems(dataset, ResponseOptions()) == []

    fmriprep.confounds(stem, n_volumes=50)

    (problem,) = dataset_problems(dataset, ResponseOptions())
    assert "50 rows of confounds, but" in problem


@pytest.fixture
def series(files, rng):
    """Write the time courses of two subjects."""
    for subject in "12":
        np.savetxt(files.folder / f"{subject}.txt", rng.normal(100, 1, (30, 2)))
    return SeriesDataset(
        kind="series",
        name="study",
        root=str(files.folder),
        subjects=["1", "2"],
        series="{subject}.txt",
        tr_s=2.0,
    )


def test_time_courses_of_one_length_have_no_problems(series, files):
    responses = ResponseOptions(estimate="timeseries", confounds=[])

    assert dataset_problems(series, responses) == []

    np.savetxt(files.folder / "2.txt", np.zeros((30, 2)))
    (problem,) = dataset_problems(series, responses)
    assert "subject 2 is flat: all 2 time courses" in problem


def test_a_file_that_two_checks_miss_is_told_once(series, files):
    (files.folder / "1.txt").unlink()
    responses = ResponseOptions(estimate="timeseries", confounds=[])

    (problem,) = dataset_problems(series, responses)

    assert "1.txt: no such file" in problem

"""Files of derivatives are listed for Snakemake, and maps named by their space."""

import sys
from pathlib import Path

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.settings.dataset import BoldDataset, SimulatedDataset
from boldwise.settings.derivatives import map_names
from boldwise.settings.fmriprep import FmriprepDataset
from boldwise.settings.sources import (
    response_files,
    response_source,
    stimulus_files,
    stimulus_source,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "io"))
from derivatives import Derivatives


@pytest.fixture
def derivatives(tmp_path):
    return Derivatives(tmp_path, np.random.default_rng(0))


def dataset_of(derivatives, **changes):
    asked = {**derivatives.query(), "stimuli": {"from_events": True}, **changes}
    return FmriprepDataset(kind="fmriprep", name="s", subjects=["01"], **asked)


def test_a_job_waits_for_every_file_of_its_subject(derivatives):
    derivatives.run("surface")
    atlas = {"path": "{hemi}.annot", "lookup": "names.tsv"}
    dataset = dataset_of(
        derivatives,
        space="fsaverage5",
        mask="{hemisphere}.gii",
        rois={"V1": "sub-{subject}_{hemi}.gii"},
        atlases={"a": atlas},
    )

    files = [Path(path).name for path in response_files(dataset, "01")]

    lead = "sub-01_task-view_run-1"
    assert files == [
        *(f"{lead}_hemi-{side}_space-fsaverage5_bold.func.gii" for side in "LR"),
        f"{lead}_events.tsv",
        f"{lead}_desc-confounds_timeseries.tsv",
        *("sub-01_lh.gii", "sub-01_rh.gii", "lh.annot", "rh.annot", "names.tsv"),
        *("L.gii", "R.gii"),
    ]


def test_stimuli_of_events_wait_for_the_runs(derivatives):
    derivatives.run("volume")
    dataset = dataset_of(derivatives)

    assert len(stimulus_files(dataset, continuous=False)) == 4
    told = stimulus_source(dataset, continuous=False)
    assert told["runs"]["query"] == dataset.query
    assert "atlases" not in told["runs"]


def test_runs_that_do_not_exist_are_told_when_files_are_listed(derivatives):
    derivatives.run("volume")

    with pytest.raises(DataError, match="no volume"):
        response_files(dataset_of(derivatives, tasks=["rest"]), "01")


def test_jobs_get_the_question_and_no_list_of_runs(derivatives):
    source = response_source(dataset_of(derivatives))

    assert source["kind"] == "bold"
    assert source["query"]["tasks"] == ["view"]
    assert "runs" not in source
    assert "sessions" not in source


@pytest.mark.parametrize(
    ("space", "names"),
    [
        ("T1w", ("_{score}.nii.gz",)),
        ("fsLR", ("_{score}.dscalar.nii",)),
        ("fsnative", ("_hemi-L_{score}.func.gii", "_hemi-R_{score}.func.gii")),
    ],
)
def test_maps_are_files_of_the_kind_that_came_in(derivatives, space, names):
    assert map_names(dataset_of(derivatives, space=space)) == names


@pytest.mark.parametrize(
    ("bold", "n_files"),
    [
        ("{run}.nii.gz", 1),
        ("{run}_{hemisphere}.func.gii", 2),
        ("{run}.dtseries.nii", 1),
    ],
)
def test_maps_of_templates_follow_their_ending(bold, n_files):
    dataset = BoldDataset(
        **{"kind": "bold", "name": "s", "root": "d", "subjects": ["1"], "runs": ["1"]},
        **{"bold": bold, "events": "e.tsv", "stimuli": {"from_events": True}},
    )

    assert len(map_names(dataset)) == n_files
    assert len(response_files(dataset, "1")) == n_files + 1


def test_simulated_maps_are_volumes():
    simulated = SimulatedDataset(kind="simulated", name="demo", subjects=["1"])

    assert map_names(simulated) == ("_{score}.nii.gz",)

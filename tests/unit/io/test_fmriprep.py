"""Runs are found by their labels, and what is absent or unclear is told."""

import json

import pytest

from boldwise.errors import DataError
from boldwise.io.fmriprep import Query, find_runs, form_of


def find(derivatives, *, events=True, **changes):
    return find_runs(Query(**derivatives.query(**changes)), "01", events=events)


@pytest.mark.parametrize(
    ("space", "form"),
    [
        ("T1w", "volume"),
        ("MNI152NLin6Asym", "volume"),
        ("fsnative", "surface"),
        ("fsaverage6", "surface"),
        ("fsLR", "cifti"),
    ],
)
def test_the_space_tells_the_kind_of_file(space, form):
    assert form_of(space) == form


def test_a_run_comes_with_all_its_files(fmriprep):
    stem = fmriprep.run("volume")

    (run,) = find(fmriprep)

    assert (run.run, run.session) == ("1", "1")
    lead = stem.name
    assert [p.name for p in run.bold] == [f"{lead}_space-T1w_desc-preproc_bold.nii.gz"]
    assert run.mask.name == f"{lead}_space-T1w_desc-brain_mask.nii.gz"
    assert run.confounds.name == f"{lead}_desc-confounds_timeseries.tsv"
    assert run.events.is_relative_to(fmriprep.raw)


def test_hemispheres_come_left_then_right(fmriprep):
    fmriprep.run("surface")

    (run,) = find(fmriprep, space="fsaverage5")

    assert ["hemi-L" in run.bold[0].name, "hemi-R" in run.bold[1].name] == [True] * 2
    assert run.mask is None


def test_runs_of_several_sessions_have_names_of_their_own(fmriprep):
    for session in ("b", "a"):
        for run in ("2", "1"):
            fmriprep.run("volume", run, session=session)

    runs = find(fmriprep)

    assert [one.run for one in runs] == ["a-1", "a-2", "b-1", "b-2"]
    assert [one.session for one in runs] == ["a", "a", "b", "b"]
    assert [one.run for one in find(fmriprep, sessions=["b"], runs=["2"])] == ["b-2"]


def test_stories_without_runs_are_told_apart_by_their_task(fmriprep):
    for task in ("lucy", "pieman"):
        fmriprep.run("surface", "", task=task)

    asked = {"space": "fsaverage5", "tasks": ["pieman", "lucy"]}

    assert [one.run for one in find(fmriprep, **asked)] == ["pieman", "lucy"]
    assert [one.run for one in find(fmriprep, **{**asked, "tasks": ["lucy"]})] == [
        "lucy"
    ]


def test_one_events_file_may_serve_all_runs(fmriprep):
    fmriprep.run("volume")
    (events,) = fmriprep.raw.rglob("*_events.tsv")
    events.rename(fmriprep.raw / "task-view_events.tsv")

    (run,) = find(fmriprep)

    assert run.events.name == "task-view_events.tsv"


def test_events_are_not_asked_of_continuous_data(fmriprep):
    fmriprep.run("volume")
    (events,) = fmriprep.raw.rglob("*_events.tsv")
    events.unlink()

    assert find(fmriprep, events=False)[0].events is None
    with pytest.raises(DataError, match=r"no events.tsv for it below .*raw. Set"):
        find(fmriprep)


def test_an_absent_subject_is_told_with_those_that_are_there(fmriprep):
    fmriprep.run("volume", subject="02")

    with pytest.raises(DataError, match=r"sub-01: no such folder.*'sub-02'"):
        find(fmriprep)


def test_an_absent_space_is_told_with_those_that_are_there(fmriprep):
    fmriprep.run("volume")

    with pytest.raises(DataError, match=r"no surface .*fsnative.*space: 'T1w'; task"):
        find(fmriprep, space="fsnative")


def test_an_absent_run_is_told(fmriprep):
    fmriprep.run("volume")

    with pytest.raises(DataError, match=r"no run-7 in space-T1w; there are '1'"):
        find(fmriprep, runs=["1", "7"])


def test_series_that_could_both_be_meant_are_told_by_what_differs(fmriprep):
    stem = fmriprep.run("volume")
    fmriprep.volume(stem, extra="_acq-fast")

    with pytest.raises(DataError, match=r"2 series of one run differ in acq: fast, no"):
        find(fmriprep)
    assert len(find(fmriprep, entities={"acq": "fast"})) == 1


def test_single_echoes_are_refused(fmriprep):
    stem = fmriprep.run("volume")
    for path in sorted(stem.parent.glob("*preproc_bold*")):
        path.rename(path.with_name(path.name.replace("_space", "_echo-1_space")))

    with pytest.raises(DataError, match=r"1 files of single echoes.*combine the ech"):
        find(fmriprep)


def test_echoes_beside_their_combination_are_left_alone(fmriprep):
    stem = fmriprep.run("volume")
    fmriprep.volume(stem, extra="_echo-2")

    assert "echo" not in find(fmriprep)[0].bold[0].name


def test_a_lost_hemisphere_is_told(fmriprep):
    stem = fmriprep.run("surface")
    (right,) = stem.parent.glob("*hemi-R*.gii")
    right.unlink()

    with pytest.raises(DataError, match="no hemi-R beside it"):
        find(fmriprep, space="fsaverage5")


def test_a_lost_sidecar_is_told(fmriprep):
    stem = fmriprep.run("volume")
    (sidecar,) = stem.parent.glob("*_bold.json")
    sidecar.unlink()

    with pytest.raises(DataError, match=r"_bold.json beside it, which.*StartTime"):
        find(fmriprep)


def test_the_raw_dataset_is_not_taken_for_derivatives(fmriprep):
    fmriprep.run("volume")

    with pytest.raises(DataError, match="says that this is the raw dataset"):
        find(fmriprep, root=str(fmriprep.raw))


def test_a_broken_description_is_told(fmriprep):
    fmriprep.run("volume")
    (fmriprep.root / "dataset_description.json").write_text("{")

    with pytest.raises(DataError, match="not a JSON object"):
        find(fmriprep)
    (fmriprep.root / "dataset_description.json").write_text(json.dumps({}))
    assert find(fmriprep)


def test_problems_of_all_runs_come_together(fmriprep):
    for run in ("1", "2"):
        fmriprep.run("volume", run)
    for sidecar in fmriprep.root.rglob("*_bold.json"):
        sidecar.unlink()

    with pytest.raises(DataError) as caught:
        find(fmriprep)

    assert len(str(caught.value).splitlines()) == 2

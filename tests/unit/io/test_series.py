"""Mirrors src/boldwise/io/series.py."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.noise_ceiling import ceiling_from_others
from boldwise.io.series import (
    SeriesSource,
    find_file,
    read_series,
    stimuli_of_series,
    volumes_of,
)
from boldwise.responses.runs import Recipe
from boldwise.responses.standardize import standardize
from boldwise.settings.files import read_config
from boldwise.settings.sources import response_source

ROOT = Path(__file__).parents[3]
ALICE = ROOT / "../shared/data/alice_brennan2016"
RECIPE = Recipe("timeseries", high_pass_hz=0.01, detrend_order=0)
N = 60


@pytest.fixture
def source(tmp_path):
    """Write two subjects of two regions and two runs, with motion of 5 rows more."""
    rng = np.random.default_rng(0)
    for subject in ("1", "2"):
        for run in ("a", "b"):
            series = 100 + rng.standard_normal((N, 2))
            np.savetxt(tmp_path / f"s{subject}_{run}.txt", series)
            motion = rng.standard_normal((N + 5, 6))
            np.savetxt(tmp_path / f"s{subject}_{run}_rp_{rng.integers(99)}.txt", motion)
    return SeriesSource(
        root=str(tmp_path),
        runs=["a", "b"],
        series="s{subject}_{run}.txt",
        tr_s=2.0,
        columns=["left", "right"],
        confounds="s{subject}_{run}_rp_*.txt",
        confounds_skip_rows=5,
    )


def test_columns_are_regions_and_volumes_are_rows(source):
    found = read_series(source, "1", recipe=RECIPE, confounds=["motion"])

    assert found.response.shape == (2 * N, 2)
    assert found.kind == "continuous"
    assert {name: mask.tolist() for name, mask in found.voxels.roi.items()} == {
        "left": [True, False],
        "right": [False, True],
    }
    assert found.trials.stimulus_id[N] == "run-b_volume-0000"
    assert found.trials.onset_s[:2].tolist() == [1, 3]
    assert found.notes["confounds"] == "motion"


def test_confounds_start_after_the_discarded_volumes(source, tmp_path):
    (path,) = tmp_path.glob("s1_a_rp_*.txt")
    motion = np.loadtxt(path)[5:]

    found = read_series(source, "1", recipe=RECIPE, confounds=["motion"])

    centred = motion - motion.mean(axis=0)
    np.testing.assert_allclose(centred.T @ found.response[:N], 0, atol=1e-3)


def test_a_flat_subject_is_refused_by_name(source, tmp_path):
    np.savetxt(tmp_path / "s2_b.txt", np.zeros((N, 2)))

    with pytest.raises(DataError, match=r"subject 2 is flat: all 2 .* Leave '2' out"):
        read_series(source, "2", recipe=RECIPE, confounds=[])


def test_all_problems_come_at_once(source, tmp_path):
    np.savetxt(tmp_path / "s1_a.txt", np.ones((N, 3)))
    np.savetxt(tmp_path / "s1_b.txt", np.random.default_rng(0).random((N - 1, 2)))

    with pytest.raises(DataError) as caught:
        read_series(source, "1", recipe=RECIPE, confounds=["motion"])

    told = str(caught.value).splitlines()
    assert "3 columns, but dataset.columns names 2" in told[0]
    assert "65 rows less 5 skipped are 60, but the run has 59 volumes" in told[1]


def test_runs_of_other_widths_are_refused(source, tmp_path):
    np.savetxt(tmp_path / "s1_b.txt", np.random.default_rng(0).random((N, 3)))

    with pytest.raises(DataError, match=r"subject 1: runs have \[2, 3\] columns"):
        read_series(replace(source, columns=()), "1", recipe=RECIPE, confounds=[])


def test_a_pattern_must_mean_one_file(source, tmp_path):
    assert find_file(str(tmp_path), "none.txt") == tmp_path / "none.txt"
    with pytest.raises(DataError, match="0 files match"):
        find_file(str(tmp_path), "x*.txt")
    with pytest.raises(DataError, match="4 files match"):
        find_file(str(tmp_path), "s1_*.txt")


def test_volumes_of_all_subjects_are_the_stimuli(source, tmp_path):
    np.savetxt(tmp_path / "s2_b.txt", np.random.default_rng(0).random((N + 3, 2)))

    ids = stimuli_of_series(vars(source), ["1", "2"])

    assert len(ids) == 2 * N + 3
    assert len(volumes_of(source, "1")["b"]) == N


needs_alice = pytest.mark.skipif(
    not ALICE.is_dir(), reason="the shared example data are not here"
)
PLAIN = {  # a plain calculation on the same files
    **{"LATL": 0.242, "RATL": 0.182, "LPTL": 0.389},
    **{"LIPL": 0.225, "LPreM": 0.181, "LIFG": 0.149},
}


@pytest.fixture(scope="module")
def alice():
    """Read the example's subjects as the workflow does."""
    config = read_config(ROOT / "config/examples/alice.yaml")
    dataset = config.dataset.model_copy(update={"root": str(ALICE)})
    source = response_source(dataset)
    source.pop("kind")
    options = config.responses
    recipe = Recipe("timeseries", "none", options.high_pass_hz, options.detrend_order)
    return {
        subject: standardize(
            read_series(
                SeriesSource(**source), subject, recipe=recipe, confounds=["motion"]
            ),
            within="run",
        )
        for subject in dataset.subjects
    }


@needs_alice
def test_people_who_heard_alice_correlate_as_in_a_plain_calculation(alice):
    responses = np.array([one.response for one in alice.values()])
    assert responses.shape == (22, 362, 6)
    others = (responses.sum(axis=0) - responses) / 21
    fold, once = np.zeros(362, int), np.ones((1, 362))

    r2 = [
        ceiling_from_others(one, rest, fold, once)[0]
        for one, rest in zip(responses, others, strict=True)
    ]

    r = np.mean(np.sign(r2) * np.sqrt(np.abs(r2)), axis=0)
    np.testing.assert_allclose(r, list(PLAIN.values()), atol=0.002)


@needs_alice
def test_the_flat_subject_of_alice_is_refused_by_name():
    source = SeriesSource(
        root=str(ALICE),
        runs=["1"],
        series="alice_data_shared/6mm/s{subject}-timecourses.txt",
        tr_s=2.0,
    )

    with pytest.raises(DataError, match=r"subject 33 is flat: all 6 time courses"):
        read_series(source, "33", recipe=RECIPE, confounds=[])


@pytest.mark.parametrize("absolute", [True, False])
def test_a_pattern_may_be_absolute_with_and_without_a_star(tmp_path, absolute):
    (tmp_path / "s1_rp_7.txt").write_text("0\n")
    lead, root = (f"{tmp_path}/", "elsewhere") if absolute else ("", str(tmp_path))

    for pattern in ("s1_rp_*.txt", "s1_rp_7.txt"):
        assert find_file(root, lead + pattern) == tmp_path / "s1_rp_7.txt"
    with pytest.raises(DataError, match=r"s2_\*\.txt: 0 files match \(none\)"):
        find_file(root, f"{lead}s2_*.txt")


def test_a_root_with_the_signs_of_a_pattern_is_a_plain_folder(tmp_path):
    for name in ("data[1]", "data1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "s_a.txt").write_text("0\n")

    found = find_file(str(tmp_path / "data[1]"), "s_*.txt")

    assert found == tmp_path / "data[1]/s_a.txt"


def test_missing_files_of_all_subjects_and_runs_are_told_at_once(source, tmp_path):
    for name in ("s1_a", "s2_a", "s2_b"):
        (tmp_path / f"{name}.txt").unlink()

    with pytest.raises(DataError) as caught:
        stimuli_of_series(vars(source), ["1", "2"])

    told = str(caught.value).splitlines()
    assert [line.partition(".txt")[0][-4:] for line in told] == ["s1_a", "s2_a", "s2_b"]


def test_the_first_volume_stands_for_half_a_volume_unless_told(source):
    assert source.first_volume_s == 1.0
    assert replace(source, start_time_s=0.0).first_volume_s == 0.0

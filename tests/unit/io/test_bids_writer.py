"""The simulated BIDS dataset: what nibabel, nilearn and a reader of BIDS expect."""

import json

import nibabel as nib
import numpy as np
import pytest
from nilearn.interfaces.fmriprep import load_confounds

from boldwise.io.bids_text import write_table
from boldwise.io.bids_writer import write_dataset, write_subject
from boldwise.simulate.layout import DATASET_FILES, POPULATIONS, ROI_FILES, RUN_FILES
from boldwise.simulate.protocol import Protocol
from boldwise.simulate.stimuli import draw_dataset
from boldwise.simulate.world import World, simulate_subject

RUNS = ("01", "02", "03")


@pytest.fixture(scope="module")
def subject():
    protocol = Protocol(6, 2, 10, 10, trial_spacing_s=4.0, tr_s=2.0)
    world = World(protocol, n_responsive=60, n_noise=40, noise=1.0, seed=3)
    stimulus_id, scenes = draw_dataset(world, ["01"], size_px=32)
    return simulate_subject("01", world, stimulus_id=stimulus_id, scenes=scenes)


@pytest.fixture(scope="module")
def root(subject, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bids")
    write_dataset(folder, ["01"])
    write_subject(folder, subject)
    return folder


def path_of(root, name, run="01"):
    return root / RUN_FILES[name].format(subject="01", run=run)


def read_rows(path):
    header, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return header, rows


def test_every_file_of_the_layout_is_written_and_no_other(root):
    expected = {root / name for name in DATASET_FILES}
    expected |= {path_of(root, name, run) for name in RUN_FILES for run in RUNS}
    expected |= {root / path.format(subject="01") for path in ROI_FILES.values()}

    assert {path for path in root.rglob("*") if path.is_file()} == expected


def test_the_dataset_describes_itself(root):
    raw, derivative = (
        json.loads((root / folder / "dataset_description.json").read_text())
        for folder in ("", "derivatives/fmriprep")
    )

    assert raw["DatasetType"] == "raw"
    assert derivative["DatasetType"] == "derivative"
    assert derivative["GeneratedBy"][0]["Name"] == "boldwise simulate"
    assert all(about["Name"] and about["BIDSVersion"] for about in (raw, derivative))
    assert (root / "participants.tsv").read_text() == "participant_id\nsub-01\n"


@pytest.mark.parametrize("name", ["raw", "bold"])
def test_runs_lie_in_nifti_with_their_affine_and_tr(root, subject, name):
    for run in subject.scan():
        image = nib.load(path_of(root, name, run.plan.run))
        expected = run.raw if name == "raw" else run.realigned
        np.testing.assert_array_equal(np.asanyarray(image.dataobj), expected)
        np.testing.assert_array_equal(image.affine, subject.brain.anatomy.affine)
        assert image.header.get_zooms()[3] == 2.0
        assert image.header.get_xyzt_units() == ("mm", "sec")


def test_sidecars_say_that_volumes_are_of_mid_tr(root):
    raw = json.loads(path_of(root, "raw_sidecar").read_text())
    bold = json.loads(path_of(root, "bold_sidecar").read_text())

    n_slices = nib.load(path_of(root, "raw")).shape[2]
    assert raw["SliceTiming"] == [1.0] * n_slices
    assert bold["StartTime"] == 1.0
    for sidecar in (raw, bold):
        assert sidecar["RepetitionTime"] == 2.0
        assert sidecar["TaskName"] == "scenes"


def test_events_list_the_trials_in_order(root, subject):
    for plan in subject.plans:
        header, rows = read_rows(path_of(root, "events", plan.run))
        assert header == ["onset", "duration", "trial_type", "stimulus_id"]
        assert [float(row[0]) for row in rows] == plan.onset_s.tolist()
        assert {(row[1], row[2]) for row in rows} == {("3", "scene")}
        assert [row[3] for row in rows] == subject.stimulus_id[plan.scene].tolist()


def test_nilearn_reads_the_confounds(root):
    table, _ = load_confounds(
        str(path_of(root, "bold")),
        strategy=("motion", "high_pass", "wm_csf"),
        motion="full",
        demean=False,
    )

    assert sum(name.startswith(("trans", "rot")) for name in table) == 24
    assert sum(name.startswith("cosine") for name in table) >= 1
    assert {"csf", "white_matter"} <= set(table.columns)
    assert len(table) == nib.load(path_of(root, "bold")).shape[3]


def test_what_is_unknown_is_not_a_number_in_bids_words(root):
    header, rows = read_rows(path_of(root, "confounds"))

    column = header.index("framewise_displacement")
    assert rows[0][column] == "n/a"
    assert all(float(row[column]) >= 0 for row in rows[1:])


def test_masks_of_the_populations_part_the_mask(root, subject):
    mask = nib.load(path_of(root, "mask"))
    parts = [
        np.asanyarray(nib.load(root / ROI_FILES[name].format(subject="01")).dataobj)
        for name in POPULATIONS
    ]

    np.testing.assert_array_equal(np.sum(parts, axis=0), np.asanyarray(mask.dataobj))
    counts = [(subject.brain.anatomy.population == name).sum() for name in POPULATIONS]
    assert [part.sum() for part in parts] == counts


def test_the_reference_is_the_mean_of_the_run(root):
    reference, bold = (nib.load(path_of(root, name)) for name in ("boldref", "bold"))

    np.testing.assert_allclose(
        reference.get_fdata(), bold.get_fdata().mean(3), rtol=1e-6
    )


def test_equal_worlds_give_equal_bytes(root, subject, tmp_path):
    write_dataset(tmp_path, ["01"])
    motion = write_subject(tmp_path, subject)

    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        again = tmp_path / path.relative_to(root)
        assert again.read_bytes() == path.read_bytes(), path.name
    assert list(motion) == list(RUNS)


def test_compressed_files_hold_no_time_and_no_name(root):
    header = path_of(root, "bold").read_bytes()[:10]

    assert header[:2] == b"\x1f\x8b"
    assert header[3] == 0  # no name
    assert header[4:8] == b"\0\0\0\0"  # no time


def test_tables_write_numbers_text_and_gaps(tmp_path):
    columns = {"id": np.array(["a", "b"]), "x": np.array([1 / 3, np.nan])}

    write_table(tmp_path / "table.tsv", columns)

    assert (tmp_path / "table.tsv").read_text() == "id\tx\na\t0.33333333\nb\tn/a\n"

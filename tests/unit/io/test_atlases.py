"""Labels become regions under the names that files give them."""

import nibabel as nib
import numpy as np
import pytest
from derivatives import write_gifti

from boldwise.errors import DataError
from boldwise.io.atlases import name_regions, names_within, read_annotation, read_names

VALUES = np.array([-1, 0, 1, 2, 2, 7, np.nan])
NAMES = {0: "none", 1: "V1v", 2: "V1d", 7: "hV4", 9: "unused"}


def test_each_label_with_a_voxel_is_a_region():
    roi = name_regions(VALUES, NAMES, {}, atlas="visual")

    assert {name: np.flatnonzero(inside).tolist() for name, inside in roi.items()} == {
        "V1v": [2],
        "V1d": [3, 4],
        "hV4": [5],
    }


def test_labels_may_be_joined():
    roi = name_regions(VALUES, NAMES, {"V1": ["V1v", "V1d"]}, atlas="visual")

    assert list(roi) == ["V1"]
    assert np.flatnonzero(roi["V1"]).tolist() == [2, 3, 4]


def test_labels_without_a_name_are_called_after_their_atlas():
    assert list(name_regions(VALUES, {}, {}, atlas="a")) == ["a-1", "a-2", "a-7"]


def test_names_can_be_names_of_datasets():
    assert list(name_regions(np.ones(1), {1: "SFG L/R"}, {}, atlas="a")) == ["SFG L-R"]


def test_a_label_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(DataError, match=r"no label 'V9'; its labels are 'V1d', 'V1v'"):
        name_regions(VALUES, NAMES, {"V9": ["V9"]}, atlas="visual")


@pytest.mark.parametrize(
    ("values", "regions", "told"),
    [(VALUES, {"x": ["unused"]}, "'x' has no voxel"), (VALUES[:2], {}, "no label has")],
)
def test_regions_without_a_voxel_are_told(values, regions, told):
    with pytest.raises(DataError, match=told):
        name_regions(values, NAMES, regions, atlas="visual")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("dseg.tsv", ["index\tname\tcolor", "1\tV1v\t#fff", "-1\tout\t#000"]),
        ("lut.csv", ["name,value", "V1v,1", "out,-1"]),
        ("a.mgz.ctab", ["# made by hand", "1 V1v 0 0 255 0", "-1\tout", ""]),
    ],
)
def test_tables_of_several_kinds_name_values(files, name, lines):
    assert read_names(files.text(name, *lines)) == {1: "V1v", -1: "out"}


def test_tables_without_values_are_told(files):
    with pytest.raises(DataError, match="neither 'index' nor 'value' among"):
        read_names(files.text("a.tsv", "name", "V1"))
    with pytest.raises(DataError, match="'one' is no value of a label"):
        read_names(files.text("a.ctab", "one V1"))


def test_a_gifti_carries_its_names(tmp_path):
    path = tmp_path / "L.label.gii"
    write_gifti(path, [[0, 5]], "L", intent="LABEL", labels={0: "???", 5: "V1"})

    assert names_within(path) == {0: "???", 5: "V1"}


def test_a_nifti_carries_none(files):
    assert names_within(files.mask("roi.nii.gz", 1)) == {}


@pytest.mark.parametrize("first", ["unknown", "V0"])
def test_an_annotation_is_read_with_its_names(tmp_path, first):
    path = tmp_path / "lh.aparc.annot"
    colours = np.array([[i, i, i, 0, 0] for i in (1, 2, 3)])
    names = [first, "V1", "V2"]
    nib.freesurfer.write_annot(path, np.array([0, 1, 2, 1]), colours, names)

    label, found = read_annotation(path)

    assert [found[value] for value in label] == [first, "V1", "V2", "V1"]
    assert found[0] == "unknown"
    assert names_within(path) == dict(enumerate(found))


def test_absent_and_broken_annotations_are_refused(tmp_path, files):
    with pytest.raises(DataError, match="no such file"):
        read_annotation(tmp_path / "none.annot")
    with pytest.raises(DataError, match="no annotation of FreeSurfer"):
        read_annotation(files.text("x.annot", "no"))


def test_labels_of_one_name_are_one_region():
    names = {1: "V1", 2: "V2", 7: "V1"}  # as where hemispheres are told apart

    roi = name_regions(VALUES, names, {}, atlas="a")
    asked = name_regions(VALUES, names, {"early": ["V1", "V2"]}, atlas="a")

    assert list(roi) == ["V1", "V2"]
    assert np.flatnonzero(roi["V1"]).tolist() == [2, 5]
    assert np.flatnonzero(asked["early"]).tolist() == [2, 3, 4, 5]

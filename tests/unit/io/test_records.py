"""Mirrors src/boldwise/io/records.py."""

from dataclasses import fields, replace

import h5py
import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.evaluation.splits import Split
from boldwise.features.records import FeatureSpace, FittedFeatures, Stimuli
from boldwise.io.records import (
    open_stimuli,
    read_features,
    read_fitted_features,
    read_responses,
    read_split,
    read_stimuli,
    read_voxels,
    voxel_datasets,
    write_features,
    write_fitted_features,
    write_responses,
    write_split,
    write_stimuli,
)
from boldwise.io.stores import open_store, write_store
from boldwise.responses.records import Responses, Trials, Voxels

MADE_BY = {"rule": "some_rule", "code": "abc", "config": {"a": [1]}}
IDS = np.array(["b", "a", "ä-3"])


def assert_equal(found, expected):
    """Compare two records field by field, types of arrays included."""
    for field in fields(expected):
        a, b = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(b, np.ndarray):
            np.testing.assert_array_equal(a, b)
            assert a.dtype.kind == b.dtype.kind
        elif hasattr(b, "__dataclass_fields__"):
            assert_equal(a, b)
        elif isinstance(b, dict) and any(isinstance(v, np.ndarray) for v in b.values()):
            assert a.keys() == b.keys()
            for name, values in b.items():
                np.testing.assert_array_equal(a[name], values)
        else:
            assert a == b


@pytest.fixture
def responses():
    """Three trials in two voxels of one region."""
    trials = Trials(
        stimulus_id=np.array(["x", "y", "x"]),
        session=np.array(["1", "1", "2"]),
        run=np.array(["01", "01", "02"]),
        onset_s=np.array([0.0, 4.0, 1.5]),
        repeat=np.array([0, 0, 1]),
    )
    voxels = Voxels(
        ijk=np.array([[0, 1, 2], [3, 4, 5]]),
        volume_shape=(8, 8, 6),
        affine=np.diag([2.0, 2.0, 3.0, 1.0]),
        roi={"V1": np.array([True, False])},
    )
    response = np.array([[1, 2], [3, 4], [5, np.nan]], dtype=np.float32)
    known = {"unit": "z", "space": "MNI", "tr_s": 2.0, "notes": {"hrf": "glover"}}
    return Responses(response, trials, voxels, **known)


@pytest.fixture
def stimuli():
    """Three stimuli of which all is known."""
    image = np.random.default_rng(0).integers(0, 255, (3, 4, 5, 3), dtype=np.uint8)
    texts = [np.array([f"{name}{i}" for i in range(3)]) for name in ("c", "k", "g")]
    return Stimuli(IDS, image, *texts)


@pytest.fixture
def split():
    """Two folds over three stimuli."""
    return Split(
        name="main",
        stimulus_id=IDS,
        part=np.array([[1, 1, 2], [2, 1, 0]], np.int8),
        cv_fold=np.array([[0, 1, -1], [-1, 0, -1]], np.int16),
        fold_name=np.array(["run-1", "run-2"]),
        reason="Because.",
        inner_gap_s=33.0,
    )


def test_responses_come_back_as_they_were(tmp_path, responses):
    write_responses(tmp_path / "a.h5", responses, provenance=MADE_BY)

    assert_equal(read_responses(tmp_path / "a.h5"), responses)


def test_vertices_come_back_with_their_meshes(tmp_path, responses):
    voxels = replace(
        responses.voxels,
        ijk=np.array([[-1, -1, -1], [3, 4, 5]]),
        vertex=np.array([17, -1]),
        structure=np.array(["CORTEX_RIGHT", "THALAMUS_LEFT"]),
        n_vertices={"CORTEX_LEFT": 30, "CORTEX_RIGHT": 32},
    )

    write_responses(
        tmp_path / "a.h5", replace(responses, voxels=voxels), provenance=MADE_BY
    )

    assert_equal(read_responses(tmp_path / "a.h5").voxels, voxels)


def test_what_is_unknown_of_responses_stays_unknown(tmp_path, responses):
    bare = replace(responses, tr_s=None, voxels=replace(responses.voxels, affine=None))
    bare = replace(bare, voxels=replace(bare.voxels, roi={}))

    write_responses(tmp_path / "a.h5", bare, provenance=MADE_BY)

    assert_equal(read_responses(tmp_path / "a.h5"), bare)


def test_responses_are_kept_in_single_precision(tmp_path, responses):
    wide = replace(responses, response=responses.response.astype(np.float64))

    write_responses(tmp_path / "a.h5", wide, provenance=MADE_BY)

    assert read_responses(tmp_path / "a.h5").response.dtype == np.float32


def test_any_store_can_carry_the_voxel_table(tmp_path, responses):
    write_store(tmp_path / "a.h5", voxel_datasets(responses.voxels), schema="scores")

    with open_store(tmp_path / "a.h5", schema="scores") as store:
        assert_equal(read_voxels(store), responses.voxels)


def test_stimuli_come_back_as_they_were(tmp_path, stimuli):
    write_stimuli(tmp_path / "a.h5", stimuli, provenance=MADE_BY)

    assert_equal(read_stimuli(tmp_path / "a.h5"), stimuli)


@pytest.mark.parametrize("lost", ["image", "caption", "category", "group"])
def test_a_column_that_stimuli_lack_is_none(tmp_path, stimuli, lost):
    write_stimuli(tmp_path / "a.h5", replace(stimuli, **{lost: None}), provenance={})

    assert getattr(read_stimuli(tmp_path / "a.h5"), lost) is None


def test_images_are_not_read_unless_asked_for(tmp_path, stimuli):
    write_stimuli(tmp_path / "a.h5", stimuli, provenance=MADE_BY)

    found = read_stimuli(tmp_path / "a.h5", images=False)

    assert found.image is None
    np.testing.assert_array_equal(found.caption, stimuli.caption)


def test_images_of_open_stimuli_stay_on_disk_until_sliced(tmp_path, stimuli):
    write_stimuli(tmp_path / "a.h5", stimuli, provenance=MADE_BY)

    with open_stimuli(tmp_path / "a.h5") as found:
        assert isinstance(found.image, h5py.Dataset)
        assert len(found) == 3
        np.testing.assert_array_equal(found.image[1:], stimuli.image[1:])


def test_features_come_back_as_they_were(tmp_path):
    space = FeatureSpace(IDS, np.ones((3, 2), np.float32), {"model": "m"})

    write_features(tmp_path / "a.h5", space, provenance=MADE_BY)

    assert_equal(read_features(tmp_path / "a.h5"), space)


def test_fitted_features_come_back_as_they_were(tmp_path):
    fitted = FittedFeatures(IDS, np.ones((2, 3, 4), np.float32), {"pca": "4 of 9"})

    write_fitted_features(tmp_path / "a.h5", fitted, provenance=MADE_BY)

    assert_equal(read_fitted_features(tmp_path / "a.h5"), fitted)


def test_a_split_comes_back_with_the_same_hash(tmp_path, split):
    write_split(tmp_path / "a.h5", split, audit={"n": [1]}, provenance=MADE_BY)

    found = read_split(tmp_path / "a.h5")

    assert_equal(found, split)
    assert found.hash == split.hash
    with open_store(tmp_path / "a.h5", schema="split") as store:
        assert store.attributes["hash"] == split.hash
        assert store.attributes["audit"] == {"n": [1]}


def test_what_made_a_store_stands_in_its_attributes(tmp_path, responses):
    write_responses(tmp_path / "a.h5", responses, provenance=MADE_BY)

    with open_store(tmp_path / "a.h5", schema="responses") as store:
        assert MADE_BY.items() <= store.attributes.items()


def test_one_kind_of_record_is_not_read_as_another(tmp_path, split):
    write_split(tmp_path / "a.h5", split, provenance=MADE_BY)

    with pytest.raises(StoreError, match="holds 'split', but 'features' is needed"):
        read_features(tmp_path / "a.h5")


def test_clips_come_back_with_their_rate(tmp_path):
    frame = np.arange(2 * 3 * 8 * 8 * 3).reshape(2, 3, 8, 8, 3).astype(np.uint8)
    stimuli = Stimuli(np.array(["a", "b"]), frame=frame, frame_rate_hz=12.0)
    path = tmp_path / "stimuli.h5"

    write_stimuli(path, stimuli, provenance={})

    with open_stimuli(path) as opened:
        assert opened.frame.chunks == (1, 3, 8, 8, 3)
        np.testing.assert_array_equal(opened.frame[1], frame[1])
        assert opened.frame_rate_hz == 12
    assert read_stimuli(path, images=False).frame is None

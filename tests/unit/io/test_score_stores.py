"""Scores come back from their stores as they went in, and only under their split."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import DataError, LeakageError, ShapeMismatchError
from boldwise.evaluation.ceilings import Ceiling
from boldwise.evaluation.false_pass import Showings
from boldwise.evaluation.scoring import PER_VOXEL, VoxelScores
from boldwise.evaluation.splits import Split
from boldwise.io.records import read_split, write_responses, write_split
from boldwise.io.score_stores import (
    read_all_scores,
    read_ceiling,
    read_listed,
    read_seen,
    read_tested,
    read_tr_s,
    subject_of,
    write_ceiling,
    write_rows,
    write_scores,
)
from boldwise.io.stores import open_store, write_store
from boldwise.responses.records import Responses, Trials, Voxels

NONE: dict[str, str] = {}


@pytest.fixture
def voxels():
    """Three voxels, two of them in V1."""
    ijk = np.arange(9).reshape(3, 3)
    return Voxels(ijk, (9, 9, 9), roi={"V1": np.array([True, True, False])})


@pytest.fixture
def responses(voxels):
    """Stimuli a to f; d, e and f are shown twice."""
    ids = np.array(list("abcdeffed"))
    trials = Trials(
        stimulus_id=ids,
        session=np.full(9, "1"),
        run=np.array(list("111111222")),
        onset_s=np.arange(9.0),
        repeat=np.array([0] * 6 + [1] * 3),
    )
    response = np.arange(27.0, dtype=np.float32).reshape(9, 3)
    return Responses(response, trials, voxels, tr_s=2.5)


@pytest.fixture
def split():
    """Train on a, b and c; test on d, e and f."""
    part = np.array([[1, 1, 1, 2, 2, 2]], np.int8)
    cv_fold = np.where(part == 1, 0, -1).astype(np.int16)
    ids = np.array(list("abcdef"))
    return Split("main", ids, part, cv_fold, np.array(["shared"]), "By hand.")


def make_scores(voxels, value=0.5):
    """Scores of three voxels."""
    masks = {"all": np.ones(3, bool), **voxels.roi}
    draws = {name: np.linspace(0, value, 7) for name in masks}
    return VoxelScores(*(np.full(3, value),) * 7, masks, draws, draws)


def write_encoder(path, split, *, ids="def", n_voxels=3):
    """Write an encoder store whose predictions name their stimulus."""
    prediction = np.array([[ord(name)] * n_voxels for name in ids], np.float32)
    write_store(
        path,
        {
            "stimulus_id": np.array(list(ids)),
            "fold": np.zeros(len(ids), np.int64),
            "prediction": prediction,
        },
        schema="encoder",
        attributes={"split_hash": split.hash},
    )


def test_what_subjects_saw_is_read_without_their_responses(tmp_path, responses):
    paths = [tmp_path / "sub-01.h5", tmp_path / "sub-02.h5"]
    for path in paths:
        write_responses(path, responses, provenance=NONE)

    seen = read_seen(paths)

    assert list(seen) == ["01", "02"]
    assert seen["02"].stimulus_id.tolist() == list("abcdeffed")
    assert read_tr_s(paths) == 2.5


def test_betas_have_no_repetition_time(tmp_path, responses):
    write_responses(
        tmp_path / "sub-01.h5", replace(responses, tr_s=None), provenance=NONE
    )

    assert read_tr_s([tmp_path / "sub-01.h5"]) is None


def test_listed_ids_are_read_line_by_line(tmp_path):
    path = tmp_path / "test.txt"
    path.write_text("cat\n\n  dog \n", encoding="utf-8")

    assert read_listed([path]) == ["cat", "dog"]
    assert read_listed([]) == []


def test_an_empty_list_is_refused(tmp_path):
    path = tmp_path / "test.txt"
    path.write_text("\n", encoding="utf-8")

    with pytest.raises(DataError, match="lists no stimulus id"):
        read_listed([path])


def test_predictions_meet_the_repeat_averages_of_their_own_stimulus(
    tmp_path, responses, split
):
    write_responses(tmp_path / "sub-01.h5", responses, provenance=NONE)
    write_encoder(tmp_path / "encoder.h5", split, ids="fde")

    prediction, response, held_out, found = read_tested(
        tmp_path / "encoder.h5", tmp_path / "sub-01.h5", split
    )

    assert held_out.stimulus_id.tolist() == ["d", "e", "f"]
    assert prediction[:, 0].tolist() == [ord("d"), ord("e"), ord("f")]
    # d is in rows 3 and 8, e in 4 and 7, f in 5 and 6: each pair averages to 5.5.
    np.testing.assert_allclose(response[:, 0], 3 * 5.5)
    assert found.roi["V1"].tolist() == [True, True, False]


def test_an_encoder_of_another_split_is_refused(tmp_path, responses, split):
    other = replace(split, part=split.part[:, ::-1].copy())
    write_responses(tmp_path / "sub-01.h5", responses, provenance=NONE)
    write_encoder(tmp_path / "encoder.h5", other)

    with pytest.raises(LeakageError, match=r"encoder.h5 was made under a split"):
        read_tested(tmp_path / "encoder.h5", tmp_path / "sub-01.h5", split)


def test_predictions_of_other_voxels_are_refused(tmp_path, responses, split):
    write_responses(tmp_path / "sub-01.h5", responses, provenance=NONE)
    write_encoder(tmp_path / "encoder.h5", split, n_voxels=2)

    with pytest.raises(ShapeMismatchError, match=r"2 voxels were predicted.*holds 3"):
        read_tested(tmp_path / "encoder.h5", tmp_path / "sub-01.h5", split)


def test_ceilings_come_back_with_their_method_and_neighbours(tmp_path, voxels, split):
    path = tmp_path / "sub-01.h5"
    values = [np.array([0.1, 0.2, np.nan]) + k for k in range(4)]
    write_ceiling(
        path,
        Ceiling(*values, "repeats", Showings(12, 36, 1, 1 / 3)),
        voxels,
        neighbours=np.array([0.3, 0.5, np.nan]),
        split=split,
        provenance=NONE,
    )

    np.testing.assert_allclose(read_ceiling(path, split), [0.1, 0.2, np.nan], rtol=1e-6)
    with open_store(path, schema="noise_ceiling") as store:
        assert store.attributes["method"] == "repeats"
        assert store.attributes["median_neighbour_correlation"] == pytest.approx(0.4)
        assert store.attributes["showings"]["n_rows"] == 36
        np.testing.assert_allclose(store["null_noise_ceiling"][:2], [3.1, 3.2])


def test_scores_come_back_by_encoder_and_subject(tmp_path, voxels, split):
    paths = [tmp_path / name / "sub-01.h5" for name in ("clip", "gabor")]
    for path, value in zip(paths, (0.5, 0.25), strict=True):
        write_scores(
            path,
            make_scores(voxels, value),
            voxels,
            about={"split_hash": split.hash},
            provenance=NONE,
        )

    found = read_all_scores(paths, split)

    assert list(found) == ["clip", "gabor"]
    gabor = found["gabor"]["01"]
    for name in PER_VOXEL:
        np.testing.assert_array_equal(getattr(gabor, name), np.full(3, 0.25))
    assert list(gabor.masks) == ["all", "V1"]
    np.testing.assert_allclose(gabor.r_draws["V1"], np.linspace(0, 0.25, 7), rtol=1e-6)
    with open_store(paths[0], schema="scores") as store:
        assert "Pearson" in store.attributes["r"]


def test_scores_of_another_split_are_refused(tmp_path, voxels, split):
    path = tmp_path / "clip" / "sub-01.h5"
    about = {"split_hash": "0123456789ab"}
    write_scores(path, make_scores(voxels), voxels, about=about, provenance=NONE)

    with pytest.raises(LeakageError, match="0123456789ab"):
        read_all_scores([path], split)


def test_the_audit_is_kept_with_the_split(tmp_path, split):
    write_split(tmp_path / "main.h5", split, audit={"n_test": [3]}, provenance=NONE)

    assert read_split(tmp_path / "main.h5").hash == split.hash
    with open_store(tmp_path / "main.h5", schema="split") as store:
        assert store.attributes["audit"] == {"n_test": [3]}


def test_tables_are_plain_text_with_six_digits(tmp_path):
    path = tmp_path / "scores.tsv"
    row = {"roi": "V1", "value": 1 / 3, "low": float("nan"), "n": 12}

    write_rows(path, [row], columns=("roi", "n", "value", "low"))

    assert path.read_text() == "roi\tn\tvalue\tlow\nV1\t12\t0.333333\tn/a\n"


def test_subjects_are_named_by_their_files():
    assert subject_of("results/x/sub-01.h5") == "01"

"""Subjects whose places tell nothing are identified after alignment by function."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.run import decode_over_folds, kind_of
from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.identification import identify
from boldwise.evaluation.splits import TEST, TRAIN
from boldwise.settings.alignment import AcrossSubjects
from boldwise.simulate.hidden_anatomy import hide_anatomy

ALIGNED = {
    "procrustes": {"kind": "procrustes"},
    "scaled": {"kind": "procrustes", "scale": True},
    "ridge": {"kind": "ridge"},
    "transport": {"kind": "optimal_transport"},
    "shared": {"kind": "shared_response", "n_components": 5},
    "shared-ridge": {"kind": "shared_response", "n_components": 5, "readout": "ridge"},
    "hyper": {"kind": "hyperalignment"},
    "whitened": {"kind": "shared_response", "n_components": 5, "whiten": True},
}
BY_FUNCTION = [name for name in ALIGNED if name != "transport"]


def options(**alignment):
    return AcrossSubjects(kind="across_subjects", alignment=alignment).model_dump()


def top1(decoded):
    pair = decoded.arrays["prediction"], decoded.arrays["target"]
    return (identify(*pair, decoded.fold, centre=True).rank == 1).mean()


@pytest.fixture
def hidden(data):
    """Hide places in ``data``: every subject's voxels turn by themselves."""

    def turn(responses, seed):
        rng = np.random.default_rng(seed)
        return replace(responses, response=hide_anatomy(responses.response, rng=rng))

    return replace(
        data,
        responses=turn(data.responses, 0),
        others=[turn(one, k + 1) for k, one in enumerate(data.others)],
    )


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_function_finds_what_places_no_longer_tell(hidden, name):
    plain = top1(decode_over_folds(hidden, options(kind="anatomical")))

    assert plain < 0.2
    assert top1(decode_over_folds(hidden, options(**ALIGNED[name]))) > 0.8


def test_transport_finds_voxels_in_another_order(data):
    pytest.importorskip("ot")
    order = np.random.default_rng(0).permutation(90)
    moved = [replace(one, response=one.response[:, order]) for one in data.others]
    shuffled = replace(data, others=moved)

    plain = top1(decode_over_folds(shuffled, options(kind="anatomical")))
    found = top1(decode_over_folds(shuffled, options(**ALIGNED["transport"])))

    assert plain < 0.2
    assert found > 0.8


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_the_order_of_the_others_changes_nothing(hidden, name):
    turned = replace(hidden, others=hidden.others[::-1])

    one, other = (
        decode_over_folds(d, options(**ALIGNED[name])) for d in (hidden, turned)
    )

    for array in ("prediction", "target"):
        np.testing.assert_allclose(
            other.arrays[array], one.arrays[array], rtol=1e-3, atol=1e-3
        )


@pytest.mark.parametrize("name", ["ridge", "shared-ridge", "whitened"])
def test_test_responses_have_no_part_in_the_alignment(hidden, name):
    split = hidden.split
    first = split.test_ids(0)[:1]
    trials = hidden.others[0].trials.stimulus_id
    changed = hidden.others[0].response.copy()
    changed[np.isin(trials, first)] += 100
    other = [replace(hidden.others[0], response=changed), *hidden.others[1:]]

    plain, spoilt = (
        decode_over_folds(d, options(**ALIGNED[name]))
        for d in (hidden, replace(hidden, others=other))
    )

    rest = (plain.fold == 0) & (plain.stimulus_id != first[0])
    for array in ("prediction", "target"):
        np.testing.assert_allclose(
            spoilt.arrays[array][rest], plain.arrays[array][rest], atol=1e-3
        )


def test_subjects_of_other_voxels_are_aligned_by_function(data):
    fewer = replace(
        data.others[0],
        response=data.others[0].response[:, :70],
        voxels=data.others[0].voxels.take(np.arange(70)),
    )
    study = replace(data, others=[fewer, *data.others[1:]])

    assert top1(decode_over_folds(study, options(**ALIGNED["shared"]))) > 0.8


def test_parcels_keep_the_voxels_that_all_have(data):
    alignment = {"kind": "procrustes", "n_parcels": 3}

    decoded = decode_over_folds(data, options(**alignment))

    assert decoded.arrays["prediction"].shape[1] == 90
    assert top1(decoded) > 0.8


def test_surfaces_are_not_cut_into_parcels(data):
    def on_surface(one):
        vertex = np.arange(90)
        side = np.full(90, "CORTEX_LEFT")
        voxels = replace(
            one.voxels,
            ijk=np.full((90, 3), -1),
            vertex=vertex,
            structure=side,
            n_vertices={"CORTEX_LEFT": 90},
        )
        return replace(one, voxels=voxels)

    study = replace(
        data,
        responses=on_surface(data.responses),
        others=[on_surface(one) for one in data.others],
    )

    with pytest.raises(DataError, match=r"90 of 90 columns are vertices, .* n_parcels"):
        decode_over_folds(study, options(kind="procrustes", n_parcels=3))
    assert top1(decode_over_folds(study, options(kind="procrustes"))) > 0.8


def test_a_split_that_tests_all_that_is_shared_is_refused_with_the_ids(data):
    part = np.full((1, 72), TRAIN, np.int8)
    part[0, :10] = TEST
    cv_fold = np.where(part == TRAIN, np.arange(72) % 4, -1)
    names = np.array(["shared"])
    split = replace(data.split, part=part, cv_fold=cv_fold, fold_name=names)

    def only_shared(one):
        rows = np.flatnonzero(one.trials.stimulus_id < "s10")
        return replace(one, response=one.response[rows], trials=one.trials.take(rows))

    standard = replace(
        data, split=split, others=[only_shared(one) for one in data.others]
    )

    with pytest.raises(LeakageError, match=r"all 10 stimuli .* share \('s00', 's01'"):
        decode_over_folds(standard, options(**ALIGNED["shared"]))
    assert top1(decode_over_folds(standard, options(kind="anatomical"))) > 0.8


def test_one_subject_alone_is_refused(data):
    with pytest.raises(DataError, match="one subject alone cannot be aligned"):
        decode_over_folds(replace(data, others=[]), options(**ALIGNED["shared"]))


def test_subjects_without_common_stimuli_are_refused(data):
    other = data.others[0]
    strange = np.char.add("x", other.trials.stimulus_id)
    changed = replace(other, trials=replace(other.trials, stimulus_id=strange))

    with pytest.raises(DataError, match="no stimulus was seen by all 2 subjects, so"):
        decode_over_folds(replace(data, others=[changed]), options(**ALIGNED["shared"]))


def test_what_was_fitted_has_another_kind_than_what_was_not():
    assert kind_of(options(kind="anatomical")) == "across_subjects"
    assert kind_of(options(kind="anatomical", whiten=True)) == "aligned_subjects"
    assert kind_of(options(**ALIGNED["shared"])) == "aligned_subjects"
    assert kind_of({"kind": "ridge"}) == "ridge"

"""Choices of layers are stored as they were made, in one job or in parts."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.encoders.layer_choice import LayerFit, fit_layers, stream_layers
from boldwise.encoders.layer_plan import plan_layers
from boldwise.errors import LeakageError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.io.columns import open_spool
from boldwise.io.layer_choices import read_layer_choices
from boldwise.io.streaming import choose_columns, join_encoder, write_encoder
from boldwise.linear.solve import TILE
from boldwise.responses.records import Responses, Trials, Voxels

ALPHAS = np.logspace(-1, 3, 5)
N_VOXELS, N_STIMULI = 2 * TILE + 9, 40
IDS = np.array([f"s{i:02d}" for i in range(N_STIMULI)])
GIVEN = {
    "about": {"split_hash": "", "features": ["low", "middle", "high"]},
    "provenance": {
        "boldwise_version": "0",
        "rule": "fit_best_layer",
        "code": "c0de",
        "config": {"encoder": {"kind": "best_layer", "choose_by": "roi"}},
        "inputs": {},
    },
}


@pytest.fixture(scope="module")
def study():
    """Responses, three layers and a split of two outer folds."""
    rng = np.random.default_rng(0)
    spaces = rng.standard_normal((3, N_STIMULI, 4)).astype("f4")
    response = spaces[1] @ rng.standard_normal((4, N_VOXELS)).astype("f4")
    response += rng.standard_normal(response.shape).astype("f4")
    number, one = np.arange(N_STIMULI), np.full(N_STIMULI, "1")
    trials = Trials(IDS, one, one, number * 4.0, 0 * number)
    ijk = np.stack(np.unravel_index(np.arange(N_VOXELS), (10, 10, 10)), axis=1)
    voxels = Voxels(ijk, (10, 10, 10), np.eye(4), {"left": ijk[:, 0] < 2})
    test = number // 10 == np.array([[0], [3]])
    split = Split(
        name="main",
        stimulus_id=IDS,
        part=np.where(test, TEST, TRAIN),
        cv_fold=np.where(test, -1, number % 3),
        fold_name=np.array(["a", "b"]),
        reason="-",
    )
    features = [FittedFeatures(IDS, space[None]) for space in spaces]
    return Responses(response, trials, voxels), features, split


def write(path, study, fit=None, part=None):
    responses, spaces, split = study
    about = {**GIVEN["about"], "split_hash": split.hash}
    given = {**GIVEN, "about": about, "part": part}
    if fit is not None:
        write_encoder(path, fit, responses.voxels, **given)
        return
    plan = plan_layers(responses, spaces, split, alphas=ALPHAS, choose_by="roi")
    with open_spool(path) as spool:
        stream_layers(plan, spool, columns=choose_columns(N_VOXELS, part))
        fit = LayerFit.of(plan.layers[0], spool.results)
        write_encoder(path, fit, responses.voxels, **given)


@pytest.fixture(scope="module")
def fit(study):
    responses, spaces, split = study
    return fit_layers(responses, spaces, split, alphas=ALPHAS, choose_by="roi")


def test_what_was_chosen_is_read_again(study, fit, tmp_path):
    path = tmp_path / "best/sub-01.h5"
    write(path, study, fit)

    (choice,) = read_layer_choices([path], study[2]).values()

    assert choice.spaces == ["low", "middle", "high"]
    assert choice.choose_by == "roi"
    np.testing.assert_array_equal(choice.layer, fit.layer)
    np.testing.assert_array_equal(choice.score, fit.layer_score)
    assert (choice.layer == 1).all()


def test_a_streamed_store_has_the_same_bytes(study, fit, tmp_path):
    write(tmp_path / "memory.h5", study, fit)
    write(tmp_path / "disk.h5", study)

    expected = (tmp_path / "memory.h5").read_bytes()
    assert (tmp_path / "disk.h5").read_bytes() == expected


def test_parts_join_to_the_file_that_one_job_writes(study, fit, tmp_path):
    parts = [tmp_path / f"part-{k}.h5" for k in (1, 2)]
    for number, path in enumerate(parts, start=1):
        write(path, study, part=f"{number}-of-2")
    write(tmp_path / "whole.h5", study, fit)

    join_encoder(parts, tmp_path / "joined.h5")

    expected = (tmp_path / "whole.h5").read_bytes()
    assert (tmp_path / "joined.h5").read_bytes() == expected


def test_choices_under_another_split_are_refused(study, fit, tmp_path):
    path = tmp_path / "best/sub-01.h5"
    write(path, study, fit)
    other = replace(study[2], part=study[2].part[:, ::-1].copy())

    with pytest.raises(LeakageError, match="split 'main' has hash"):
        read_layer_choices([path], other)

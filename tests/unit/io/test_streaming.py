"""An encoder that was fitted in parts is the file that one job writes."""

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import VoxelwiseFit, fit_voxelwise, stream_voxelwise
from boldwise.errors import StoreError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.io.columns import open_spool
from boldwise.io.records import open_responses, voxel_datasets, write_responses
from boldwise.io.stores import open_store, write_store
from boldwise.io.streaming import choose_columns, join_encoder, write_encoder
from boldwise.linear.solve import TILE
from boldwise.responses.records import Responses, Trials, Voxels

ALPHAS = np.logspace(-1, 3, 5)
N_VOXELS = 5 * TILE + 9
PROVENANCE = {
    "boldwise_version": "0",
    "rule": "fit_encoder",
    "code": "c0de",
    "config": {"encoder": {"kind": "ridge", "low": 0.1}},
    "inputs": {"results/a.h5": "abc"},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """One subject in a store, who saw 40 stimuli twice, and features of these."""
    rng = np.random.default_rng(0)
    ids = np.array([f"s{i:02d}" for i in range(40)])
    features = rng.standard_normal((40, 5)).astype("f4")
    shown = rng.permutation(np.repeat(np.arange(40), 2))
    weight = rng.standard_normal((5, N_VOXELS))
    response = features[shown] @ weight + rng.standard_normal((80, N_VOXELS))
    one = np.full(80, "1")
    trials = Trials(ids[shown], one, one, np.arange(80.0), np.zeros(80, int))
    ijk = np.stack(np.unravel_index(np.arange(N_VOXELS), (20, 20, 20)), axis=1)
    voxels = Voxels(ijk, (20, 20, 20), np.eye(4), {"left": ijk[:, 0] < 2})
    responses = Responses(response.astype("f4"), trials, voxels)
    test = np.arange(40) // 10 == np.array([[0], [3]])
    inner = np.where(test, -1, np.arange(40) % 3)
    names = np.array(["a", "b"])
    split = Split("main", ids, np.where(test, TEST, TRAIN), inner, names, "-")
    path = tmp_path_factory.mktemp("study") / "responses.h5"
    write_responses(path, responses, provenance={})
    spaces = [FittedFeatures(ids, features[None])]
    return SimpleNamespace(path=path, responses=responses, spaces=spaces, split=split)


def fit_to_store(study, path, part=None, memory_gb=1.0, keep=False, **changes):
    """Do what the script of fit_encoder does."""
    with open_responses(study.path) as responses, open_spool(path) as spool:
        plan = plan_voxelwise(responses, study.spaces, study.split, alphas=ALPHAS)
        plan = replace(plan, keep_weights=keep)
        columns = choose_columns(N_VOXELS, part)
        stream_voxelwise(plan, spool, columns=columns, memory_gb=memory_gb)
        write_encoder(
            path,
            VoxelwiseFit.of(plan, spool.results),
            responses.voxels,
            about={"split_hash": "5p1it", "features": ["words"]},
            provenance={**PROVENANCE, **changes},
            part=part,
        )
    return path


def fit_parts(study, folder, n_parts, **changes):
    parts = [f"{number}-of-{n_parts}" for number in range(1, n_parts + 1)]
    return [fit_to_store(study, folder / f"{p}.h5", p, **changes) for p in parts]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def whole(study, tmp_path_factory):
    return fit_to_store(study, tmp_path_factory.mktemp("whole") / "a.h5")


def test_a_streamed_store_is_that_of_a_fit_in_memory(study, whole, tmp_path):
    fit = fit_voxelwise(study.responses, study.spaces, study.split, alphas=ALPHAS)
    about = {"split_hash": "5p1it", "features": ["words"]}

    write_store(
        tmp_path / "a.h5",
        {**fit.datasets(), **voxel_datasets(study.responses.voxels)},
        schema="encoder",
        attributes={**fit.attributes(), **about},
        provenance=PROVENANCE,
    )

    assert sha256(tmp_path / "a.h5") == sha256(whole)


def test_the_memory_of_a_job_leaves_no_trace(study, whole, tmp_path):
    with threadpool_limits(1):  # Each takes memory of its own.
        small = fit_to_store(study, tmp_path / "a.h5", memory_gb=0.02)

    assert sha256(small) == sha256(whole)


def test_weights_are_joined_with_the_parts(study, tmp_path):
    one = fit_to_store(study, tmp_path / "a.h5", keep=True)
    parts = fit_parts(study, tmp_path, 3, keep=True)

    join_encoder(parts, tmp_path / "joined.h5")

    assert sha256(tmp_path / "joined.h5") == sha256(one)
    with open_store(one, schema="encoder") as store:
        assert store["model/1/weight"].shape == (5, N_VOXELS)


@pytest.mark.parametrize("n_parts", [1, 3, 8])
def test_parts_are_joined_to_the_same_bytes(study, whole, tmp_path, n_parts):
    parts = fit_parts(study, tmp_path, n_parts)

    shape = join_encoder(parts, tmp_path / "joined.h5")

    assert shape == (20, N_VOXELS)
    assert sha256(tmp_path / "joined.h5") == sha256(whole)


def test_a_part_is_not_taken_for_the_whole(study, tmp_path):
    (part, _) = fit_parts(study, tmp_path, 2)

    with (
        pytest.raises(StoreError, match="holds 'encoder_part', but 'encoder'"),
        open_store(part, schema="encoder"),
    ):
        pytest.fail("it was opened")


@pytest.mark.parametrize("chosen", [[0], [1, 0, 2], [0, 1], [0, 0, 2]])
def test_parts_that_make_no_whole_are_refused(study, tmp_path, chosen):
    parts = fit_parts(study, tmp_path, 3)

    with pytest.raises(StoreError, match=r"do not make a whole, which is 1-of-"):
        join_encoder([parts[k] for k in chosen], tmp_path / "joined.h5")

    assert not (tmp_path / "joined.h5").exists()


@pytest.mark.parametrize("name", ["code", "inputs"])
def test_parts_of_another_fit_are_refused(study, tmp_path, name):
    first, _ = fit_parts(study, tmp_path, 2)
    other = fit_to_store(study, tmp_path / "other.h5", "2-of-2", **{name: "other"})

    with pytest.raises(StoreError, match=r"other\.h5: not of the same fit as .*1-of-2"):
        join_encoder([first, other], tmp_path / "joined.h5")


def test_an_interrupted_job_leaves_nothing(study, tmp_path):
    def interrupt(done, left):
        raise KeyboardInterrupt

    path = tmp_path / "a.h5"
    with open_responses(study.path) as responses, open_spool(path) as spool:
        plan = plan_voxelwise(responses, study.spaces, study.split, alphas=ALPHAS)
        with pytest.raises(KeyboardInterrupt):
            stream_voxelwise(plan, spool, progress=interrupt)

    assert list(tmp_path.iterdir()) == []

"""A small study with a known answer: 3 voxels follow features, 1 is noise."""

from dataclasses import dataclass

import numpy as np
import pytest
from made_split import make_split

from boldwise.encoders.trained_rows import take_subject
from boldwise.encoders.trained_task import Sources, TokenSpace
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.responses.records import Responses, Trials, Voxels


@dataclass
class Study:
    """One subject who saw every stimulus twice, and a split of two folds."""

    responses: Responses
    spaces: list
    split: Split
    weight: np.ndarray


def make_trials(stimulus_id, run=None):
    n_trials = len(stimulus_id)
    one = np.full(n_trials, "1")
    return Trials(
        stimulus_id=np.asarray(stimulus_id),
        session=one,
        run=one if run is None else np.asarray(run),
        onset_s=np.arange(n_trials, dtype=float),
        repeat=np.zeros(n_trials, int),
    )


def make_voxels(n_voxels, roi=None):
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (10, 10, 10)), axis=1)
    return Voxels(ijk, (10, 10, 10), np.eye(4), roi or {})


@pytest.fixture
def study():
    rng = np.random.default_rng(0)
    ids = np.array([f"s{i:03d}" for i in range(80)])
    spaces = [rng.standard_normal((80, 4)) * 100, rng.standard_normal((80, 3)) + 5]
    weight = rng.standard_normal((7, 4))
    weight[:4] /= 100
    weight[:, 3] = 0  # noise
    amplitude = np.hstack(spaces) @ weight
    order = rng.permutation(np.repeat(np.arange(80), 2))
    response = amplitude[order] + 0.3 * rng.standard_normal((160, 4))
    roi = {
        "signal": np.array([1, 1, 1, 0], bool),
        "noise": np.array([0, 0, 0, 1], bool),
    }
    test = np.arange(80) // 20 == np.array([[0], [3]])
    return Study(
        Responses(response.astype("f4"), make_trials(ids[order]), make_voxels(4, roi)),
        [FittedFeatures(ids, space[None].astype("f4")) for space in spaces],
        make_split(ids, test),
        weight,
    )


@pytest.fixture
def film():
    """Continuous responses to 4 runs of 40 volumes that lag 2 volumes behind."""
    rng = np.random.default_rng(1)
    run = np.repeat(["1", "2", "3", "4"], 40)
    ids = np.array([f"run-{r}_volume-{v:03d}" for r in "1234" for v in range(40)])
    features = rng.standard_normal((4, 40, 3))
    late = np.zeros_like(features)
    late[:, 2:] = features[:, :-2]
    weight = rng.standard_normal((3, 5))
    response = (late @ weight).reshape(160, 5) + 0.1 * rng.standard_normal((160, 5))
    responses = Responses(
        response.astype("f4"), make_trials(ids, run), make_voxels(5), kind="continuous"
    )
    space = FittedFeatures(ids, features.reshape(1, 160, 3).astype("f4"))
    return Study(responses, [space], make_split(ids, (run == "2")[None]), weight)


@pytest.fixture
def sources(study):
    rng = np.random.default_rng(1)
    ids = study.split.stimulus_id[::-1].copy()  # never the order of the responses
    token = rng.standard_normal((len(ids), 4, 8)).astype(np.float16)
    vector = rng.standard_normal((1, len(ids), 3)).astype(np.float32)
    picture = rng.integers(0, 256, (len(ids), 12, 12, 3)).astype(np.uint8)
    space = TokenSpace("map", ids, token, (2, 2))
    return Sources((space,), (FittedFeatures(ids, vector),), ids, picture)


@pytest.fixture
def rows(study):
    known = Stimuli(stimulus_id=study.split.stimulus_id)
    return take_subject(study.responses, study.split, known, keep="group")

"""A small study with a known answer: voxels mix the features of the stimuli."""

import numpy as np
import pytest

from boldwise.decoders.data import DecodingData
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.responses.records import Responses, Trials, Voxels

N_STIMULI = 72


def make_responses(response, stimulus_id, ijk=None):
    n_trials, n_voxels = response.shape
    one = np.full(n_trials, "1")
    onset_s = np.arange(n_trials, dtype=float)
    trials = Trials(np.asarray(stimulus_id), one, one, onset_s, onset_s.astype(int))
    if ijk is None:
        ijk = np.stack(np.unravel_index(np.arange(n_voxels), (9, 9, 9)), axis=1)
    voxels = Voxels(ijk, (9, 9, 9), np.eye(4))
    return Responses(response.astype("f4"), trials, voxels, unit="z")


@pytest.fixture
def data():
    """Two showings of 72 stimuli, 90 voxels, 5 features, 3 categories, 3 folds."""
    rng = np.random.default_rng(0)
    ids = np.array([f"s{i:02d}" for i in range(N_STIMULI)])
    category = np.array(["face", "house", "tool"])[np.arange(N_STIMULI) % 3]
    feature = rng.standard_normal((N_STIMULI, 5))
    feature += 2.0 * rng.standard_normal((3, 5))[np.arange(N_STIMULI) % 3]
    mixing = rng.standard_normal((5, 90))
    order = rng.permutation(np.repeat(np.arange(N_STIMULI), 2))
    shown = feature[order]
    subjects = [
        make_responses(
            shown @ mixing + rng.standard_normal((len(order), 90)) + 40.0, ids[order]
        )
        for _ in range(3)
    ]
    fold_of = np.arange(N_STIMULI) // 24
    test = fold_of == np.arange(3)[:, None]
    inner = np.where(test, -1, np.arange(N_STIMULI) // 3 % 4)
    names = np.array(["a", "b", "c"])
    return DecodingData(
        responses=subjects[0],
        split=Split("main", ids, np.where(test, TEST, TRAIN), inner, names, "-"),
        target=FittedFeatures(ids, feature[None].astype("f4")),
        stimuli=Stimuli(ids, category=category),
        others=subjects[1:],
    )

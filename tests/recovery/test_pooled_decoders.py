"""A subject with few trials gains from others: pooled decoders, and ensembles.

Seven simulated subjects, each in turn with 60 trials, of stimuli that the others saw,
too; each of the others has 400 trials more of its own stimuli. The target is what was
in the scene, mixed into 40 features.
"""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.data import DecodingData
from boldwise.decoders.run import decode_over_folds
from boldwise.evaluation.identification import identify
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.settings.alignment import AnyRidgeDecoder
from boldwise.simulate.brains import draw_brain, respond
from boldwise.simulate.scenes import draw_scenes

pytestmark = [pytest.mark.recovery, pytest.mark.timeout(900)]  # first ones fit
N_SUBJECTS, N_TEST, N_SHARED, N_OWN = 7, 100, 60, 400
N_CODED, N_UNCODED = 20, 60  # dimensions of the target
NOISE = 1.5  # of a response, in percent signal change
LINEAR = ("category", "semantic", "confound")


def options(**others):
    given = {"others": others} if others else {}
    return AnyRidgeDecoder(kind="ridge", target="scenes", **given).model_dump()


@pytest.fixture(scope="module")
def world():
    """Targets, and the responses of every subject to all that it saw."""
    n_scenes = N_TEST + N_SHARED + N_SUBJECTS * N_OWN
    scenes = draw_scenes(n_scenes, seed=3, size_px=16)
    ids = np.array([f"scene-{n:05d}" for n in range(n_scenes)])
    rng = np.random.default_rng(3)
    true, subjects = [], []
    for number in range(N_SUBJECTS):
        brain = draw_brain(f"{number:02d}", n_responsive=200, n_noise=60, seed=3)
        amplitude = respond(brain, scenes).astype(float)
        linear = np.isin(brain.anatomy.population, LINEAR) & (amplitude.std(0) > 0)
        true.append(amplitude[:, linear])
        first = N_TEST + N_SHARED + number * N_OWN
        seen = np.r_[: N_TEST + N_SHARED, first : first + N_OWN]
        clean = np.concatenate([true[-1], np.zeros((n_scenes, 60))], axis=1)[seen]
        subjects.append(
            _responses(clean + NOISE * rng.standard_normal(clean.shape), ids[seen])
        )
    stimuli = np.concatenate([one[:, :20] for one in true], axis=1)
    _, _, axes = np.linalg.svd(stimuli - stimuli.mean(0), full_matrices=False)
    coded = (stimuli - stimuli.mean(0)) @ axes[:N_CODED].T
    coded /= coded.std(0)
    uncoded = rng.standard_normal((n_scenes, N_UNCODED))
    mixing = rng.standard_normal((N_CODED + N_UNCODED, 128))
    target = np.concatenate([coded, uncoded], axis=1) @ mixing
    return ids, target.astype("f4"), subjects


def _responses(response, ids):
    n_trials, n_voxels = response.shape
    one, onset_s = np.full(n_trials, "1"), np.arange(float(n_trials))
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (10, 10, 10)), axis=1)
    trials = Trials(ids, one, one, onset_s, np.zeros(n_trials, int))
    return Responses(
        response.astype("f4"), trials, Voxels(ijk, (10, 10, 10), np.eye(4))
    )


def _only(responses, ids):
    rows = np.isin(responses.trials.stimulus_id, ids)
    return replace(
        responses, response=responses.response[rows], trials=responses.trials.take(rows)
    )


@pytest.fixture(scope="module")
def top5(world):
    """Share of test scenes within the first five of 100: arrays over subjects."""
    ids, target, subjects = world
    test = (np.arange(len(ids)) < N_TEST)[None]
    inner = np.where(test, -1, np.arange(len(ids)) % 5)
    split = Split("few", ids, np.where(test, TEST, TRAIN), inner, np.array(["-"]), "-")
    ways = {
        "alone": options(),
        "pooled": options(how="pooled"),
        "ensemble": options(how="ensemble"),
    }
    found = {name: [] for name in ways}
    for number in range(N_SUBJECTS):
        data = DecodingData(
            responses=_only(subjects[number], ids[: N_TEST + N_SHARED]),
            split=split,
            target=FittedFeatures(ids, target[None]),
            others=[one for k, one in enumerate(subjects) if k != number],
        )
        for name, chosen in ways.items():
            said = decode_over_folds(data, chosen)
            pair = said.arrays["prediction"], said.arrays["target"]
            found[name].append((identify(*pair, said.fold).rank <= 5).mean())
    return {name: np.array(shares) for name, shares in found.items()}


def interval(gain):
    """Paired 95 % interval of the mean over subjects (t with 6 degrees)."""
    half = 2.447 * gain.std(ddof=1) / np.sqrt(len(gain))
    return gain.mean() - half, gain.mean() + half


@pytest.mark.parametrize("name", ["pooled", "ensemble"])
def test_others_help_a_subject_with_few_trials(top5, name):
    low, _ = interval(top5[name] - top5["alone"])

    assert low > 0, {k: v.round(3).tolist() for k, v in top5.items()}


def test_a_subject_alone_is_above_chance_and_far_from_perfect(top5):
    assert 0.05 < top5["alone"].mean() < 0.9

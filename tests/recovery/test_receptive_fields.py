"""Receptive fields of simulated early visual voxels, from the features of a study."""

from dataclasses import dataclass

import numpy as np
import pytest

from boldwise.encoders.fit_readout import ReadoutFit, ReadoutOptions, fit_readout
from boldwise.encoders.map_study import MapStudy
from boldwise.features.gabor import gabor_pyramid
from boldwise.linear.ridge import RidgeCV
from boldwise.settings.dataset import SimulatedDataset
from boldwise.simulate.brains import Brain, draw_brain, respond
from boldwise.simulate.stimuli import as_stimuli, draw_dataset
from boldwise.simulate.world import World
from boldwise.training.options import TrainingOptions

pytestmark = pytest.mark.recovery

SIDE, BANDS, TURNS = 8, (4.2, 6.0, 8.5), 6
TRAINING = TrainingOptions(
    n_epochs=40,
    batch_size=64,
    learning_rate=0.03,
    schedule="cosine",
    weight_decay=0.01,
)


@dataclass(frozen=True)
class Case:
    """Gabor energy on a map, and voxels of one subject with noise of equal power."""

    brain: Brain
    maps: np.ndarray
    truth: np.ndarray
    responses: np.ndarray
    train: np.ndarray
    test: np.ndarray

    @property
    def n_fields(self) -> int:
        """Early visual voxels: those before the voxels of noise."""
        return len(self.brain.fields.x)


@pytest.fixture(scope="module")
def case() -> Case:
    sizes = {"n_responsive": 200, "n_noise": 40, "seed": 4}
    dataset = SimulatedDataset(kind="simulated", name="one", subjects=["01"], **sizes)
    world = World.of(dataset.model_dump())
    stimulus_id, scenes = draw_dataset(world, ["01"], size_px=64)
    brain = draw_brain("01", **sizes)
    amplitude = respond(brain, scenes)
    voxels = [
        np.flatnonzero(brain.anatomy.population == name)
        for name in ("early_visual", "noise")
    ]
    truth = amplitude[:, np.concatenate(voxels)]
    spread = truth.std(0)
    truth = truth / np.where(spread > 0, spread, 1)
    rng = np.random.default_rng(0)
    space = gabor_pyramid(
        as_stimuli(stimulus_id, scenes),
        n_orientations=TURNS,
        cycles_per_image=BANDS,
        grid=[SIDE] * len(BANDS),
        compression="log",
    )
    maps = space.feature.reshape(len(truth), -1, SIDE**2).transpose(0, 2, 1)
    order = rng.permutation(len(truth))
    n_train = int(0.8 * len(order))
    return Case(
        brain,
        np.ascontiguousarray(maps, np.float32),
        truth,
        (truth + rng.standard_normal(truth.shape)).astype(np.float32),
        np.sort(order[:n_train]),
        np.sort(order[n_train:]),
    )


@pytest.fixture(scope="module")
def fit(case) -> ReadoutFit:
    study = MapStudy(
        case.maps, (SIDE, SIDE), case.responses[case.train], case.train, case.test
    )
    return fit_readout(study, options=ReadoutOptions("gaussian", training=TRAINING))


def correlate(found, truth):
    a, b = found - found.mean(0), truth - truth.mean(0)
    return (a * b).sum(0) / np.sqrt((a**2).sum(0) * (b**2).sum(0))


def test_centres_are_found_within_a_twentieth_of_the_picture(case, fit):
    n, known = case.n_fields, case.brain.fields
    away = np.hypot(fit.fields.x[:n] - known.x, fit.fields.y[:n] - known.y)

    assert np.median(away) <= 0.05  # the bar is 0.1
    assert np.quantile(away, 0.9) <= 0.1


def test_sizes_are_found(case, fit):
    size = np.sqrt(fit.fields.size_x * fit.fields.size_y)[: case.n_fields]

    assert 0.7 < np.median(size / case.brain.fields.size) < 1.4
    assert np.corrcoef(size, case.brain.fields.size)[0, 1] > 0.5


def test_ridge_on_the_same_map_does_not_beat_it(case, fit):
    flat = case.maps.reshape(len(case.maps), -1)
    peer = RidgeCV(alphas=np.logspace(0, 6, 13), cv=5)
    peer.fit(flat[case.train], case.responses[case.train])
    n, truth = case.n_fields, case.truth[case.test]

    ours = correlate(fit.prediction[:, :n], truth[:, :n])
    theirs = correlate(peer.predict(flat[case.test])[:, :n], truth[:, :n])

    assert np.median(ours) > np.median(theirs)
    assert (ours - theirs).mean() > 0.01


def test_noise_voxels_score_nothing(case, fit):
    n, measured = case.n_fields, case.responses[case.test]

    assert abs(np.median(correlate(fit.prediction[:, n:], measured[:, n:]))) < 0.05

"""From true amplitudes through BOLD, betas, ceilings and encoders: truth in, truth out.

One subject of the default's size, with more noise voxels, so that shares are sharp.
The files are written and read as in a study; the functions are called directly.
"""

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from boldwise.encoders.voxelwise import fit_voxelwise
from boldwise.evaluation.ceilings import estimate_ceiling
from boldwise.evaluation.held_out import find_shown
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.scoring import score_predictions
from boldwise.evaluation.splits import Split
from boldwise.features.extraction import extract_features
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.registry import extractor_of
from boldwise.io.bids_writer import write_subject
from boldwise.io.recovery import find_voxels
from boldwise.io.subjects import read_subject
from boldwise.linear.plan import penalty_grid
from boldwise.responses.records import Responses, Voxels
from boldwise.responses.repeats import average_repeats
from boldwise.settings.dataset import SimulatedDataset
from boldwise.settings.evaluation import EvaluationOptions
from boldwise.settings.models import Penalties, ResponseOptions
from boldwise.settings.models import SharedImages as SharedImagesOptions
from boldwise.settings.sources import response_source
from boldwise.simulate.layout import RESPONSIVE
from boldwise.simulate.properties import object_properties
from boldwise.simulate.recovery import Recovered, findings, true_ceiling
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.stimuli import as_stimuli, draw_dataset
from boldwise.simulate.world import Subject, World, simulate_subject

pytestmark = pytest.mark.recovery

RIGHT = {"early_visual": "gabor", "category": "properties", "semantic": "words"}
DATASET = SimulatedDataset(
    kind="simulated",
    name="one",
    subjects=["01"],
    n_responsive=300,
    n_noise=1500,
    seed=4,
)


@dataclass(frozen=True)
class Study:
    """What a study of one subject has before it fits anything."""

    subject: Subject
    scenes: Scenes
    stimuli: Stimuli
    responses: Responses
    split: Split
    columns: np.ndarray  # of the true voxels, in the order of the responses

    @property
    def population(self) -> np.ndarray:
        """Population of each measured voxel."""
        return self.subject.brain.anatomy.population[self.columns]

    @property
    def truth(self) -> np.ndarray:
        """True amplitudes of the test stimuli, sorted by id."""
        order = np.argsort(self.subject.stimulus_id)
        tested = np.isin(self.subject.stimulus_id[order], self.split.test_ids(0))
        return self.subject.amplitude[order[tested]][:, self.columns]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    world = World.of(DATASET.model_dump())
    stimulus_id, scenes = draw_dataset(world, DATASET.subjects, size_px=64)
    subject = simulate_subject("01", world, stimulus_id=stimulus_id, scenes=scenes)
    with contextlib.chdir(tmp_path_factory.mktemp("study")):
        write_subject(DATASET.root, subject)
        options = ResponseOptions(standardize="run").model_dump()
        responses = read_subject(response_source(DATASET), "01", options)
    stimuli = as_stimuli(stimulus_id, scenes)
    shared = SharedImagesOptions(kind="shared_images").model_dump()
    split = make_split(
        {"01": responses.trials}, stimuli, name="shared", options={**shared, "test": []}
    )
    anatomy = subject.brain.anatomy
    known = Voxels(anatomy.ijk, responses.voxels.volume_shape, anatomy.affine)
    columns = find_voxels(known, responses.voxels)
    return Study(subject, scenes, stimuli, responses, split, columns)


@pytest.fixture(scope="module")
def spaces(study) -> dict[str, FeatureSpace]:
    gabor, words = (
        extract_features(study.stimuli, extractor_of(kind), {})
        for kind in ("gabor_pyramid", "tfidf")
    )
    properties = object_properties(study.scenes).astype(np.float32)
    return {
        "gabor": gabor,
        "words": words,
        "properties": FeatureSpace(study.stimuli.stimulus_id, properties),
    }


@pytest.fixture(scope="module")
def recovered(study, spaces) -> Recovered:
    shown = find_shown(study.responses, study.split)
    _, measured, _ = average_repeats(shown.response, shown.item)
    ceiling = estimate_ceiling(shown, [], method="repeats", seed=0).noise_ceiling
    fitting: dict[str, Any] = {
        "gabor": {"n_components": 150},
        "words": {"min_stimuli": 2},
    }
    scores = {}
    for name, space in spaces.items():
        fitted = fit_on_train(
            space, [study.split.train_ids(0)], **fitting.get(name, {})
        )
        alphas = penalty_grid(**Penalties().model_dump())
        fit = fit_voxelwise(study.responses, [fitted], study.split, alphas=alphas)
        assert fit.stimulus_id.tolist() == shown.held_out.stimulus_id.tolist()
        scored = score_predictions(
            fit.prediction,
            measured,
            shown.held_out,
            noise_ceiling=ceiling,
            masks={"all": np.ones(len(ceiling), bool)},
            options=EvaluationOptions().model_dump(),
        )
        scores[name] = {m: getattr(scored, m) for m in ("r", "normalised_r", "p", "q")}
    return Recovered(
        study.population, true_ceiling(measured, study.truth), ceiling, scores
    )


def test_every_voxel_of_the_mask_was_read(study):
    assert len(study.responses.voxels) == len(study.subject.brain.gain)
    for name, inside in study.responses.voxels.roi.items():
        np.testing.assert_array_equal(inside, study.population == name)


def test_every_trial_has_its_beta(study):
    trials = study.responses.trials
    planned = {
        (plan.run, study.subject.stimulus_id[scene])
        for plan in study.subject.plans
        for scene in plan.scene
    }

    assert set(zip(trials.run, trials.stimulus_id, strict=True)) == planned
    assert len(trials) == len(planned) == 700
    assert sorted(np.unique(trials.repeat, return_counts=True)[1]) == [100, 100, 500]


def test_single_trials_follow_the_truth(study):
    """Betas of training stimuli, shown once, correlate with their true amplitudes."""
    rows = np.flatnonzero(
        np.isin(study.responses.trials.stimulus_id, study.split.train_ids(0))
    )
    ids = study.responses.trials.stimulus_id[rows]
    place = {name: i for i, name in enumerate(study.subject.stimulus_id)}
    truth = study.subject.amplitude[[place[name] for name in ids]][:, study.columns]

    share = true_ceiling(study.responses.response[rows], truth)

    responsive = np.isin(study.population, RESPONSIVE)
    assert 0.2 < np.median(share[responsive]) < 0.5


def test_ceilings_are_those_of_the_truth_voxel_by_voxel(recovered):
    responsive = np.isin(recovered.population, RESPONSIVE)
    truth, estimate = (
        values[responsive]
        for values in (recovered.true_ceiling, recovered.noise_ceiling)
    )

    assert 0.5 < np.median(truth) < 0.7
    assert abs(np.median(estimate) - np.median(truth)) < 0.03
    assert np.corrcoef(estimate, truth)[0, 1] > 0.5
    assert np.abs(estimate - truth).mean() < 0.1


def test_the_right_features_reach_the_ceiling_of_their_population(recovered):
    for population, name in RIGHT.items():
        inside = recovered.population == population
        assert np.nanmedian(recovered.scores[name]["normalised_r"][inside]) >= 0.8


def test_the_wrong_features_do_not(recovered):
    for population, right in RIGHT.items():
        inside = recovered.population == population
        found = {
            name: np.nanmedian(score["normalised_r"][inside])
            for name, score in recovered.scores.items()
        }
        best = found.pop(right)
        assert all(best > other + 0.15 for other in found.values())


def test_every_bar_of_the_report_is_met(recovered):
    found = findings([recovered], {name: [right] for name, right in RIGHT.items()})

    assert [finding for finding in found if finding.holds == "no"] == []

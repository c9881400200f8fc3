"""Compare ways to use several feature spaces: the best one, stacking, all joined.

Run it: ``python benchmarks/layers.py [--json] [--seeds 1 2 3] [--train 400 150]``. One
simulated subject per seed sees 100 test scenes thrice and the training scenes once;
noise is added to its true amplitudes so that a third of the variance of a single
response is signal. Each population follows one of the four spaces but no voxel
follows clip-image; ``mixed`` voxels follow two spaces, half each; noise voxels none.
The table gives the mean r with the measured responses to the test scenes, mean over
seeds, of

- the best space that is known beforehand (``known``), the one that ``best_layer``
  chooses in the inner folds, and the one with the best test score (``dipped``: never
  do that);
- stacking: the convex combination of the spaces' predictions whose inner-fold
  predictions come closest (Breiman 1996, Machine Learning; Lin et al. 2024, Imaging
  Neuroscience), solved exactly;
- plain ridge and banded ridge of all spaces joined.
"""

import argparse
import json
import sys
from itertools import combinations

import numpy as np

from boldwise.encoders.layer_choice import fit_layers
from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import fit_voxelwise
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.extraction import extract_features
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import FeatureSpace, FittedFeatures
from boldwise.features.registry import extractor_of
from boldwise.linear.banded_ridge import BandedRidgeCV
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import penalty_grid, plan_ridge
from boldwise.linear.solve import predict_targets
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.settings.dataset import SimulatedDataset
from boldwise.simulate.properties import object_properties
from boldwise.simulate.stimuli import as_stimuli, draw_dataset
from boldwise.simulate.world import World, simulate_subject

KNOWN = {"early_visual": "gabor", "category": "properties", "semantic": "words"}
SPACES = ("gabor", "properties", "words", "clip-image")
POPULATIONS = (*KNOWN, "mixed", "noise")
ALPHAS = penalty_grid(low=1e-3, high=1e4, n=22)
SIGNAL_SHARE = 1 / 3
N_TEST, N_REPEATS, N_MIXED = 100, 3, 150


class Study:
    """One simulated subject: spaces by name, averaged responses, a split."""

    def __init__(self, seed: int, n_train: int) -> None:
        options = SimulatedDataset(
            kind="simulated", name="layers", subjects=["01"], seed=seed,
            n_shared=N_TEST, n_unique=n_train, n_responsive=450, n_noise=150,
        )  # fmt: skip
        world = World.of(options.model_dump())
        ids, scenes = draw_dataset(world, ["01"], size_px=64)
        subject = simulate_subject("01", world, stimulus_id=ids, scenes=scenes)
        test = np.arange(len(ids)) < N_TEST
        inner = np.where(test, -1, np.arange(len(ids)) % 5)[None]
        part = np.where(test, TEST, TRAIN)[None]
        self.split = Split("main", ids, part, inner, np.array(["test"]), "-")
        self.spaces = _describe(as_stimuli(ids, scenes), scenes, ids[~test])
        self.population = subject.brain.anatomy.population
        response = self._respond(subject.amplitude, np.random.default_rng(seed), test)
        self.responses = _as_responses(ids, response)
        self.test, self.train, self.inner = test, ~test, inner[0, ~test]

    def _respond(
        self, amplitude: np.ndarray, rng: np.random.Generator, test: np.ndarray
    ) -> np.ndarray:
        """Mix voxels of two populations, and add the noise of averaged repeats."""
        z = amplitude - amplitude.mean(axis=0)
        z /= np.where(z.std(axis=0) > 0, z.std(axis=0), 1.0)
        pairs = list(combinations(KNOWN, 2))
        mixed = [
            sum(
                z[:, rng.choice(np.flatnonzero(self.population == one))] for one in pair
            )
            / np.sqrt(2)
            for pair in (pairs[k % len(pairs)] for k in range(N_MIXED))
        ]
        self.population = np.concatenate([self.population, ["mixed"] * N_MIXED])
        z = np.column_stack([z, *mixed])
        noise = rng.standard_normal(z.shape) * np.sqrt(1 / SIGNAL_SHARE - 1)
        return z + noise / np.sqrt(np.where(test, N_REPEATS, 1))[:, None]


def _describe(stimuli, scenes, train_ids) -> dict[str, FittedFeatures]:
    """Extract the four spaces, fitted on the training scenes."""
    gabor, words, clip = (
        extract_features(stimuli, extractor_of(kind), options)
        for kind, options in (
            ("gabor_pyramid", {}),
            ("tfidf", {}),
            ("open_clip", {"model": "tiny-clip", "tower": "image"}),
        )
    )
    properties = object_properties(scenes).astype(np.float32)
    return {
        "gabor": fit_on_train(gabor, [train_ids], n_components=150),
        "properties": fit_on_train(
            FeatureSpace(stimuli.stimulus_id, properties), [train_ids]
        ),
        "words": fit_on_train(words, [train_ids], min_stimuli=2),
        "clip-image": fit_on_train(clip, [train_ids]),
    }


def _as_responses(ids: np.ndarray, response: np.ndarray) -> Responses:
    one, zero = np.full(len(ids), "1"), np.zeros(len(ids), int)
    trials = Trials(ids, one, one, np.arange(float(len(ids))), zero)
    n_voxels = response.shape[1]
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (20, 20, 20)), axis=1)
    voxels = Voxels(ijk, (20, 20, 20), np.eye(4))
    return Responses(response.astype(np.float32), trials, voxels)


def combine_convexly(parts: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Find non-negative weights that sum to 1 and come closest to the truth.

    Every subset of the spaces is solved with its weights' sum held at 1; the best of
    those without a negative weight is the exact solution.

    Parameters
    ----------
    parts : array of shape (n_spaces, n, n_voxels)
        Predictions.
    truth : array of shape (n, n_voxels)

    Returns
    -------
    weight : array of shape (n_spaces, n_voxels)
    """
    n_spaces, _, n_voxels = parts.shape
    error = parts - truth
    gram = np.einsum("anv,bnv->vab", error, error)
    best, weight = np.full(n_voxels, np.inf), np.zeros((n_spaces, n_voxels))
    for size in range(1, n_spaces + 1):
        for own in map(list, combinations(range(n_spaces), size)):
            inner = gram[:, own][:, :, own]
            inner = inner + 1e-9 * np.trace(inner, axis1=1, axis2=2)[:, None, None] * (
                np.eye(size)
            )
            w = np.linalg.solve(inner, np.ones((n_voxels, size, 1)))[..., 0]
            w /= w.sum(axis=1, keepdims=True)
            loss = np.einsum("va,vab,vb->v", w, inner, w)
            better = (w >= 0).all(axis=1) & (loss < best)
            best[better] = loss[better]
            weight[:, better] = 0.0
            weight[np.ix_(own, better)] = w[better].T
    return weight


def predict_inner(study: Study, alone: list) -> np.ndarray:
    """Predict each training row from its inner fold's rest: (n_spaces, n, n_voxels)."""
    targets = study.responses.response[study.train]
    parts = []
    for space, fit in zip(study.spaces.values(), alone, strict=True):
        plan = plan_voxelwise(study.responses, [space], study.split, alphas=ALPHAS)
        rows = _training_design(plan)
        part = np.empty_like(targets)
        for fold in range(5):
            out = study.inner == fold
            ridge = plan_ridge(
                rows[~out], contiguous_folds(int((~out).sum()), 2), alphas=ALPHAS
            )
            part[out] = predict_targets(
                ridge, targets[~out], fit.alpha[0].astype(float), features=rows[out]
            )
        parts.append(part)
    return np.array(parts)


def _training_design(plan) -> np.ndarray:
    """Features of the training rows as the fold scales them."""
    ridge = plan.folds[0].ridge
    whole = ridge.rows[:, :-1] if ridge.rows is not None else ridge.whole.base
    return np.asarray(whole)


def compare(seed: int, n_train: int) -> dict[str, dict[str, float]]:
    """Mean test r of every way, by population."""
    study = Study(seed, n_train)
    spaces = list(study.spaces.values())
    given = {"alphas": ALPHAS}
    alone = [
        fit_voxelwise(study.responses, [one], study.split, **given) for one in spaces
    ]
    joint = fit_voxelwise(study.responses, spaces, study.split, **given)
    chosen = fit_layers(study.responses, spaces, study.split, **given)
    weight = combine_convexly(
        predict_inner(study, alone), study.responses.response[study.train]
    )
    predictions = {
        "best_layer": chosen.prediction,
        "stacking": sum(
            w * one.prediction for w, one in zip(weight, alone, strict=True)
        ),
        "joint ridge": joint.prediction,
        "banded ridge": _fit_banded(study, spaces),
    }
    truth, fold = study.responses.response[study.test], chosen.fold
    r = {way: correlate_in_folds(p, truth, fold) for way, p in predictions.items()}
    own = np.array([correlate_in_folds(one.prediction, truth, fold) for one in alone])
    r = {"known": _known(own, study.population), "dipped": own.max(axis=0), **r}
    right = np.array([SPACES.index(KNOWN.get(p, "gabor")) for p in study.population])
    found = {
        population: {
            way: float(np.nanmean(values[study.population == population]))
            for way, values in r.items()
            if np.isfinite(values[study.population == population]).any()
        }
        for population in POPULATIONS
    }
    for population in KNOWN:
        inside = study.population == population
        found[population]["share right"] = float(
            (chosen.layer[0] == right)[inside].mean()
        )
    return found


def _known(own: np.ndarray, population: np.ndarray) -> np.ndarray:
    known = np.full(own.shape[1], np.nan)
    for name, space in KNOWN.items():
        inside = population == name
        known[inside] = own[SPACES.index(space), inside]
    return known


def _fit_banded(study: Study, spaces: list[FittedFeatures]) -> np.ndarray:
    plan = plan_voxelwise(study.responses, spaces, study.split, alphas=ALPHAS)
    widths = [space.feature.shape[2] for space in spaces]
    model = BandedRidgeCV(
        np.repeat(np.arange(len(widths)), widths), ALPHAS, study.inner, n_iter=40
    )
    model.fit(_training_design(plan), study.responses.response[study.train])
    centred = plan.folds[0].test_design - np.asarray(plan.folds[0].ridge.whole.mean)
    return model.predict(np.asarray(centred, np.float32))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--train", type=int, nargs="+", default=[400, 150])
    asked = parser.parse_args()
    rows = []
    for n_train in asked.train:
        found = [compare(seed, n_train) for seed in asked.seeds]
        for population in POPULATIONS:
            for way in found[0][population]:
                r = [one[population][way] for one in found]
                about = {"n_train": n_train, "population": population, "way": way}
                rows.append({**about, "r": float(np.mean(r)), "sd": float(np.std(r))})
    if asked.json:
        json.dump({"rows": rows}, sys.stdout, indent=1)
        return
    for row in rows:
        print(
            "{n_train:5d}  {population:13s} {way:13s} {r:7.4f} ± {sd:.4f}".format(**row)
        )


if __name__ == "__main__":
    main()

"""Real people: region queries reach ridge on actions that were never trained on.

8 people, 120 clips of 60 actions, five folds of whole actions. ``benchmarks/encoders.py
--case tarhan`` gives the same for every encoder, with settings by inner folds; here
one setting, two seeds and two of the folds.
"""

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
FOLDS, SEEDS = (0, 1), (0, 1)
SETTING = {"queries": 4, "epochs": 5, "rate": 3e-3}

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def bench():
    """Modules of the benchmark, and the clips."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        patch.chdir(ROOT)
        names = ("encoder_clips", "encoder_nested", "encoder_people")
        found = [importlib.import_module(name) for name in names]
        if not found[0].ROOT.exists():
            pytest.skip("the data of tarhan.yaml are not on this machine")
        yield *found, found[0].Clips()


def score(bench, model, *, levels=None, shuffle=None):
    """Mean r over folds, people and voxels; seeds are averaged before."""
    clips, nested, people, read = bench
    encoder = (people.RIDGES | people.ENCODERS)[model]
    found = []
    for number in FOLDS:
        fold = clips.outer_fold(read, number, shuffle=shuffle)
        if levels is not None:
            few = list(read.levels)
            few[number] = levels(fold)
            fold = replace(fold, clips=_Levels(read, few))
        told = [encoder.fit(fold, SETTING, seed, range(8)) for seed in SEEDS]
        found.append(nested.by_person(np.mean(told, axis=0), fold, encoder))
    return np.mean(found)


class _Levels:
    """The clips, with other levels."""

    def __init__(self, clips, levels):
        self.responses, self.action, self.fold = (
            clips.responses, clips.action, clips.fold,
        )  # fmt: skip
        self.levels = levels


def components(fold):
    """Turn the levels back into principal components of the training clips."""
    parts = []
    for level in fold.levels.transpose(1, 0, 2):  # (120, 40)
        axes = np.linalg.svd(level[fold.train], full_matrices=False)[2]
        parts.append(level @ axes.T)
    return np.ascontiguousarray(np.stack(parts, axis=1), np.float32)


def test_region_queries_reach_ridge_and_their_control_does_not(bench):
    ridge = score(bench, "ridge, levels")
    queries = score(bench, "region queries")

    assert ridge > 0.05
    assert queries >= 0.8 * ridge
    assert score(bench, "region queries", shuffle=0) < 0.5 * queries


def test_components_that_are_standardised_lose_their_weight(bench):
    turned = score(bench, "region queries")
    standardised = score(bench, "region queries", levels=components)
    ridge = score(bench, "ridge, levels", levels=components)

    assert standardised < turned - 0.02
    assert ridge == pytest.approx(score(bench, "ridge, levels"), abs=0.005)

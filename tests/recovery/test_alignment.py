"""Planted alignment: simulated brains mix common latents, so that the map is known.

Seven simulated subjects, six of them brought into the voxels of the seventh. Category,
semantic and confound voxels follow latents that all subjects share; early visual voxels
follow fields of their own, which no linear map can carry over, and are left out.
"""

import numpy as np
import pytest

from boldwise.decoders.alignment.anatomical import fit_anatomical
from boldwise.decoders.alignment.hyperalignment import fit_hyperalignment
from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.decoders.alignment.ridge_map import fit_ridge
from boldwise.decoders.alignment.shared_response import fit_shared_response
from boldwise.evaluation.identification import identify
from boldwise.simulate.brains import draw_brain, respond
from boldwise.simulate.scenes import draw_scenes

SUBJECTS = ("01", "02", "03", "04", "05", "06", "07")
LINEAR = ("category", "semantic", "confound")
N_TEST = 150
SIZES = (60, 150, 1200)
NOISE = 1.0  # of a repeat-averaged response, in percent signal change


def correlate(a, b):
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float(np.mean((a * b).sum(0) / np.sqrt((a**2).sum(0) * (b**2).sum(0))))


def two_way(a, b):
    rank = identify(a, b, np.zeros(len(a)), centre=True).rank
    return ((len(a) - rank) / (len(a) - 1)).mean()


@pytest.fixture(scope="module")
def brains():
    """Simulate true and measured responses to 1350 scenes, of each subject."""
    scenes = draw_scenes(N_TEST + max(SIZES), seed=0, size_px=32)
    rng = np.random.default_rng(0)
    true, seen = [], []
    for subject in SUBJECTS:
        brain = draw_brain(subject, n_responsive=300, n_noise=20, seed=0)
        amplitude = respond(brain, scenes).astype(float)
        kept = np.isin(brain.anatomy.population, LINEAR) & (amplitude.std(0) > 0)
        true.append(amplitude[:, kept])
        seen.append(true[-1] + NOISE * rng.standard_normal(true[-1].shape))
    return true, seen


def align(source, target):
    """Held-out responses of the source in the target's voxels, by method and size."""
    moved = {}
    for n in SIZES:
        rows = slice(N_TEST, N_TEST + n)
        pair = source[rows], target[rows]
        moved["ridge", n] = fit_ridge(*pair).alignment.apply(source[:N_TEST])
        moved["procrustes", n] = fit_procrustes(*pair).apply(source[:N_TEST])
    return moved


def collect(parts):
    found = {}
    for part in parts:
        for name, r in part.items():
            found.setdefault(name, []).append(r)
    return {name: np.array(r) for name, r in found.items()}


@pytest.fixture(scope="module")
def transfer(brains):
    """Correlation with the reference's true responses: arrays over six subjects."""
    true, seen = brains
    parts = []
    for source, clean in zip(seen[1:], true[1:], strict=True):
        planted = np.linalg.lstsq(clean, true[0], rcond=1e-6)[0]
        moved = {"planted": source[:N_TEST] @ planted, **align(source, seen[0])}
        wanted = true[0][:N_TEST]
        parts.append({name: correlate(one, wanted) for name, one in moved.items()})
    return collect(parts)


def test_the_planted_map_carries_true_responses_over(brains):
    true, _ = brains
    for clean in true[1:]:
        planted = np.linalg.lstsq(clean, true[0], rcond=1e-6)[0]
        assert correlate(clean[:N_TEST] @ planted, true[0][:N_TEST]) > 0.99


def test_aligned_responses_reach_what_the_planted_map_reaches(transfer):
    reached = transfer["ridge", max(SIZES)] / transfer["planted"]

    assert (reached >= 0.95).all()


def test_ridge_beats_procrustes_in_every_subject_when_stimuli_are_few(transfer):
    few = min(SIZES)

    assert (transfer["ridge", few] > transfer["procrustes", few]).all()


def test_more_stimuli_align_better(transfer):
    ridge = [transfer["ridge", n].mean() for n in SIZES]

    assert np.all(np.diff(ridge) > 0)


def test_raw_transfer_by_the_nearest_voxel_is_at_chance_when_anatomy_is_shuffled(
    brains,
):
    _, seen = brains
    rng = np.random.default_rng(0)
    n_voxels = min(one.shape[1] for one in seen)
    chance = []
    for _ in range(60):
        source, target = rng.choice(len(seen), 2, replace=False)
        pair = [
            seen[k][:, rng.permutation(seen[k].shape[1])[:n_voxels]]
            for k in (source, target)
        ]
        rows = slice(N_TEST, None)
        raw = fit_anatomical(pair[0][rows], pair[1][rows]).apply(pair[0][:N_TEST])
        chance.append(two_way(raw, pair[1][:N_TEST]))

    assert abs(np.mean(chance) - 0.5) < 0.02


@pytest.mark.parametrize("kind", ["shared_response", "hyperalignment"])
def test_a_new_subject_is_placed_in_a_template_that_never_saw_it(brains, kind):
    _, seen = brains
    rows = slice(N_TEST, N_TEST + 150)
    others = [one[rows] for one in seen[1:]]
    template = (
        fit_shared_response(others, n_components=40)
        if kind == "shared_response"
        else fit_hyperalignment(others)
    )

    placed = fit_procrustes(seen[0][rows], template.pattern).apply(seen[0][:N_TEST])
    mean = template.average([one[:N_TEST] for one in seen[1:]])

    assert two_way(placed, mean) > 0.9

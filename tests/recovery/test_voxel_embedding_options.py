"""Each option of the voxel-embedding encoder pays where the truth calls for it."""

from dataclasses import replace
from functools import cache

import numpy as np
import planted_objects as po
import pytest
import torch

from boldwise.encoders import fit_voxel_embedding as fitting
from boldwise.encoders.fit_voxel_embedding import (
    VoxelEmbeddingOptions,
    adopt_subjects,
    fit_voxel_embedding,
)
from boldwise.encoders.level_study import LevelStudy, StackedLevels
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_neighbours import cluster_embeddings
from boldwise.training.options import TrainingOptions

KIND = np.repeat(np.arange(4), 8)  # of 32 voxels
pytestmark = pytest.mark.recovery
N_OWN, N_NEW, N_TEST, SUBJECTS = 100, 40, 200, ("01", "02", "03")
OPTIONS = VoxelEmbeddingOptions(
    VoxelEmbeddingSizes(embedding=16, narrowed=16, hidden=16),
    n_drawn=16,
    training=TrainingOptions(
        n_epochs=30, batch_size=20, learning_rate=1e-2, schedule="one_cycle"
    ),
)
BRIEF = replace(
    OPTIONS,
    validation_share=0.0,
    training=TrainingOptions(n_epochs=4, batch_size=10, learning_rate=3e-3),
)


@cache
def world(alike=0.0):
    """Subjects who saw 100 scenes each, and a new one who saw 40 others."""
    n_seen = [N_OWN] * len(SUBJECTS) + [N_NEW]
    scenes = po.draw_scenes(sum(n_seen) + N_TEST)
    test = np.arange(sum(n_seen), len(scenes.token))
    found, start = {}, 0
    for name, n in zip((*SUBJECTS, "new"), n_seen, strict=True):
        truth, rows = po.follow(scenes, KIND, alike=alike), np.arange(start, start + n)
        noise = scenes.rng.standard_normal((n, len(KIND)))
        measured = (truth[rows] + noise).astype("f4")
        found[name] = LevelStudy(scenes.token[:, None], measured, rows, test), truth
        start += n
    return found


def r_of(fit, name):
    return po.score(fit.prediction[name], world()[name][1])


@cache
def together():
    studies = {name: world()[name][0] for name in SUBJECTS}
    return fit_voxel_embedding(studies, options=OPTIONS)


def test_subjects_trained_together_are_predicted_better_than_one_by_one():
    ahead = []
    for name in SUBJECTS[:2]:
        alone = fit_voxel_embedding({name: world()[name][0]}, options=OPTIONS)
        ahead.append(r_of(together(), name) - r_of(alone, name))

    assert np.mean(ahead) > 0.1


def adopted(options):
    fit = adopt_subjects(together(), {"new": world()["new"][0]}, options=options)
    return r_of(fit, "new")


def test_a_start_at_the_nearest_voxels_beats_a_random_one(monkeypatch):
    nearest = adopted(BRIEF)

    def anywhere(model, study, standard, **_):
        table = torch.cat(list(model.embedding.values())).detach()
        drawn = torch.randint(len(table), [standard.shape[1]])
        return table[drawn]

    monkeypatch.setattr(fitting, "nearest_embeddings", anywhere)
    torch.manual_seed(0)

    assert nearest > adopted(BRIEF) + 0.2


def test_several_neighbours_beat_the_nearest_where_responses_are_noisy():
    assert adopted(replace(BRIEF, n_neighbours=5)) > adopted(BRIEF) + 0.02


def test_parcels_are_the_kinds_that_were_planted():
    studies = {name: world(alike=2.0)[name][0] for name in SUBJECTS}
    fit = fit_voxel_embedding(studies, options=OPTIONS)

    label = cluster_embeddings(fit.embedding, n_clusters=4, seed=0)

    parcel = np.concatenate(list(label.values()))
    kind = np.tile(KIND, len(SUBJECTS))
    largest = [np.bincount(kind[parcel == one]).max() for one in np.unique(parcel)]
    assert sum(largest) / len(kind) > 0.6  # 0.25 by chance


def test_several_levels_beat_each_alone():
    early, late = (po.draw_scenes(150 + N_TEST, seed=seed) for seed in (4, 5))
    truth = np.where(KIND < 2, po.follow(early, KIND % 2), po.follow(late, KIND % 2))
    rows = np.arange(len(truth))
    noise = np.random.default_rng(6).standard_normal((150, len(KIND)))
    both = LevelStudy(
        StackedLevels([early.token, late.token]),
        (truth[:150] + 0.5 * noise).astype("f4"),
        rows[:150],
        rows[150:],
    )
    r = [
        po.score(
            fit_voxel_embedding({"01": one}, options=OPTIONS).prediction["01"], truth
        )
        for one in (
            both,
            replace(both, tokens=early.token[:, None]),
            replace(both, tokens=late.token[:, None]),
        )
    ]

    assert r[0] > max(r[1:]) + 0.15


def varied(gain):
    """One subject whose whole pattern is louder for some scenes than for others."""
    scenes = po.draw_scenes(150 + N_TEST)
    truth, rows = po.follow(scenes, KIND), np.arange(150 + N_TEST)
    measured = truth[:150] + 0.5 * scenes.rng.standard_normal((150, len(KIND)))
    measured = measured * np.exp(gain * scenes.rng.standard_normal((150, 1)))
    study = LevelStudy(
        scenes.token[:, None], measured.astype("f4"), rows[:150], rows[150:]
    )
    return study, truth


def test_agreement_of_patterns_helps_where_the_gain_varies_from_picture_to_picture():
    """Seen: .63 and .64 with a weight of 1, .37 and .21 without, in two worlds."""
    study, truth = varied(gain=1.2)
    options = replace(OPTIONS, n_drawn=32)
    r = [
        po.score(
            fit_voxel_embedding(
                {"01": study},
                options=replace(options, sizes=replace(OPTIONS.sizes, cosine=cosine)),
            ).prediction["01"],
            truth,
        )
        for cosine in (1.0, 0.0)
    ]

    assert r[0] > r[1] + 0.1

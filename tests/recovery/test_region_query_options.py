"""Each option of the region-query encoder pays where the truth calls for it."""

from dataclasses import replace

import numpy as np
import planted_objects as po
import pytest

from boldwise.encoders.fit_region_query import (
    RegionQueryOptions,
    fit_ensemble,
    fit_region_query,
)
from boldwise.encoders.region_query import RegionQuerySizes
from boldwise.training.options import TrainingOptions

TRAINING = TrainingOptions(
    n_epochs=20,
    batch_size=20,
    learning_rate=2e-2,
    schedule="one_cycle",
    weight_decay=1e-2,
    clip_norm=1.0,
)
pytestmark = pytest.mark.recovery
N_VOXELS, N_TEST = 32, 200
EACH = np.eye(N_VOXELS, dtype=bool)  # a query per voxel
SMALL = np.kron(np.eye(N_VOXELS // 2), np.ones((1, 2))).astype(bool)  # small regions


def r_of(study, truth, member, **sizes):
    options = RegionQueryOptions(RegionQuerySizes(**sizes), training=TRAINING)
    return po.score(fit_region_query(study, member, options=options).prediction, truth)


def regions(label):
    return label == np.unique(label)[:, None]


def plant(kinds, *, n_train=300, noise=1.0, seed=0):
    scenes = po.draw_scenes(n_train + N_TEST, seed=seed)
    truth = po.follow(scenes, kinds)
    return po.measure(scenes, truth, n_train, noise), truth


def test_a_query_per_region_beats_one_where_regions_follow_different_objects():
    kinds = np.repeat(np.arange(4), 8)
    given = plant(kinds)

    one_for_all = r_of(*given, np.ones((1, N_VOXELS), bool))

    assert r_of(*given, regions(kinds)) > one_for_all + 0.3


def test_a_query_per_stream_beats_one_per_region_where_streams_follow_objects():
    kinds, ahead = np.repeat([0, 1], 16), []
    for seed in range(2):
        given = plant(kinds, n_train=200, noise=2.0, seed=seed)
        ahead.append(r_of(*given, regions(kinds)) - r_of(*given, SMALL))

    assert np.mean(ahead) > 0.08


@pytest.mark.parametrize("member", [EACH, (8, N_VOXELS)], ids=["voxel", "learned"])
def test_voxels_choose_for_themselves_where_regions_are_mixed(member):
    kinds = np.random.default_rng(0).permutation(np.repeat(np.arange(4), 8))
    given = plant(kinds, seed=2)

    drawn = r_of(*given, regions(np.repeat(np.arange(4), 8)))

    assert r_of(*given, member) > drawn + 0.2


def test_two_heads_follow_two_objects():
    ahead = []
    for seed in range(2):
        scenes = po.draw_scenes(500, seed=seed)
        truth = sum(po.follow(scenes, np.full(16, kind)) for kind in (0, 1)) / 2**0.5
        given = po.measure(scenes, truth, 300, 1.0), truth, np.ones((1, 16), bool)
        ahead.append(r_of(*given, n_heads=2) - r_of(*given))

    assert np.mean(ahead) > 0.1


def test_a_hidden_layer_follows_what_is_not_linear():
    ahead = []
    for seed in range(2):
        scenes = po.draw_scenes(700, seed=seed)
        drive = po.follow(scenes, np.zeros(16, int))
        truth = np.maximum(drive, 0)
        truth = (truth - truth.mean(0)) / truth.std(0)
        given = po.measure(scenes, truth, 500, 0.5), truth, np.ones((1, 16), bool)
        ahead.append(r_of(*given, hidden=32) - r_of(*given))

    assert np.mean(ahead) > 0.02


def test_dropout_helps_where_most_of_a_wide_token_is_noise():
    kinds, ahead = np.repeat(np.arange(4), 8), []
    for seed in range(2):
        scenes = po.draw_scenes(200 + N_TEST, seed=seed)
        noise = 0.7 * scenes.rng.standard_normal((*scenes.token.shape[:2], 52))
        wide = np.concatenate([scenes.token, noise.astype("f4")], axis=2)
        truth = po.follow(scenes, kinds)
        study = po.measure(replace(scenes, token=wide), truth, 200, 1.0)
        given = study, truth, regions(kinds)
        ahead.append(r_of(*given, dropout=0.5) - r_of(*given))

    assert np.mean(ahead) > 0.02


def test_layers_and_seeds_together_beat_the_best_of_them_alone():
    kinds = np.repeat(np.arange(4), 8)
    early, late = (po.draw_scenes(500, seed=seed) for seed in (0, 1))
    truth = np.where(kinds < 2, po.follow(early, kinds), po.follow(late, kinds))
    studies = {
        name: po.measure(replace(scenes, rng=np.random.default_rng(2)), truth, 300, 1.0)
        for name, scenes in {"early": early, "late": late}.items()
    }
    options = RegionQueryOptions(validation_share=0.2, training=TRAINING)

    mixed = fit_ensemble(studies, regions(kinds), seeds=[0, 1], options=options)

    alone = [
        po.score(f.prediction, truth) for fits in mixed.fits.values() for f in fits
    ]
    assert po.score(mixed.prediction, truth) > max(alone) + 0.2


def test_seeds_together_beat_each_alone():
    kinds = np.repeat(np.arange(4), 8)
    study, truth = plant(kinds, n_train=150, noise=1.5)
    options = RegionQueryOptions(training=TRAINING)

    mixed = fit_ensemble(
        {"layer": study}, regions(kinds), seeds=range(4), options=options
    )

    alone = [po.score(one.prediction, truth) for one in mixed.fits["layer"]]
    assert po.score(mixed.prediction, truth) > max(alone)
    assert po.score(mixed.prediction, truth) > np.mean(alone) + 0.03

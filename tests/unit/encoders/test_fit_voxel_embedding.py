"""Many brains in one network, and a new one from few images."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from ideal_tokens import describe_ideally, draw_voxels

from boldwise.encoders.fit_voxel_embedding import (
    VoxelEmbeddingOptions,
    adopt_subjects,
    fit_voxel_embedding,
)
from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_neighbours import cluster_embeddings, nearest_embeddings
from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

SOURCES, N_OWN, N_NEW, N_TEST = ("01", "02", "03"), 240, 50, 150
TEST = np.arange(3 * N_OWN + N_NEW, 3 * N_OWN + N_NEW + N_TEST)
OPTIONS = VoxelEmbeddingOptions(
    sizes=VoxelEmbeddingSizes(embedding=32, narrowed=32, hidden=32),
    n_drawn=50,
    training=TrainingOptions(
        n_epochs=16, batch_size=16, learning_rate=1e-2, schedule="one_cycle"
    ),
)
FEW = replace(
    OPTIONS,
    validation_share=0.0,
    training=TrainingOptions(n_epochs=10, batch_size=10, learning_rate=3e-3),
)


@cache
def world():
    ideal = describe_ideally(TEST[-1] + 1, seed=5)
    brains = (*SOURCES, "new")
    return ideal.tokens, {
        name: draw_voxels(ideal, str(number), n_responsive=130)
        for number, name in enumerate(brains)
    }


def study(name):
    """Own images of a subject, all subjects tested on the same."""
    tokens, voxels = world()
    start = [*SOURCES, "new"].index(name) * N_OWN
    rows = np.arange(start, start + (N_NEW if name == "new" else N_OWN))
    return LevelStudy(tokens[:, None], voxels[name].measured[rows], rows, TEST)


@cache
def known():
    return fit_voxel_embedding({s: study(s) for s in SOURCES}, options=OPTIONS)


@cache
def adopted():
    return adopt_subjects(known(), {"new": study("new")}, options=FEW)


def accuracy(prediction, name):
    truth = world()[1][name].truth[TEST]
    return np.nanmedian(correlate_in_folds(prediction, truth, np.zeros(N_TEST, int)))


def test_a_new_subject_of_50_images_is_predicted_far_better_than_by_ridge():
    tokens, own = world()[0], study("new")
    ridge = []
    for pooled in (tokens.mean(1), tokens.max(1)):
        model = RidgeCV(alphas=np.logspace(-2, 6, 9))
        model.fit(pooled[own.train_row], own.responses)
        ridge.append(accuracy(model.predict(pooled[TEST]), "new"))

    assert accuracy(adopted().prediction["new"], "new") > max(ridge) + 0.2, ridge


def test_the_subjects_that_trained_the_network_are_predicted():
    assert accuracy(known().prediction["02"], "02") > 0.7


def test_adopting_changes_embeddings_only():
    before = known().model.shared_state()
    after = adopted().model.shared_state()

    assert all((after[name] == values).all() for name, values in before.items())
    assert adopted().n_parameters == adopted().embedding["new"].size
    assert set(known().embedding) == set(SOURCES)


def test_a_known_subject_finds_its_own_kind():
    source = study("01")
    standard = known().scale["01"].apply(source.responses)

    start = nearest_embeddings(known().model, source, standard).numpy()

    table = np.concatenate([known().embedding[name] for name in SOURCES])
    kind = np.concatenate([world()[1][name].category for name in SOURCES])
    nearest = ((start[:, None] - table) ** 2).sum(2).argmin(1)
    assert np.mean(kind[nearest] == world()[1]["01"].category) > 0.8


def test_parcels_join_voxels_of_one_category_across_subjects():
    label = cluster_embeddings(known().embedding, n_clusters=10, seed=0)

    kind = np.concatenate([world()[1][name].category for name in SOURCES])
    parcel = np.concatenate([label[name] for name in SOURCES])
    shares = [
        np.unique(kind[parcel == one], return_counts=True)[1].max()
        for one in np.unique(parcel)
    ]
    assert sum(shares) / len(kind) > 0.5  # 0.1 by chance
    assert (np.diff(np.bincount(parcel)) <= 0).all()


def test_a_known_name_is_refused():
    with pytest.raises(DataError, match="subjects '01' trained the network"):
        adopt_subjects(known(), {"01": study("01")})


def test_tokens_of_different_networks_are_refused():
    one = study("01")
    other = replace(one, tokens=one.tokens[:, :, :5])
    with pytest.raises(DataError, match="subjects have tokens of shapes"):
        fit_voxel_embedding({"01": one, "02": other})

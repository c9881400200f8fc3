"""Voxels that respond alike are expected to have alike weights."""

import numpy as np
import torch

from boldwise.encoders.map_study import Scale
from boldwise.encoders.voxel_memory import SHARPNESS, VoxelMemory
from boldwise.encoders.voxel_populations import Population, remember_voxels

RNG = np.random.default_rng(0)
N, D, K, E = 30, 6, 5, 4
SEEN = torch.tensor(RNG.standard_normal((N, D)), dtype=torch.float32)
SEEN -= SEEN.mean(0)
SUMMARY = torch.zeros(3, E)


def build():
    memory = VoxelMemory(K, D, E)
    memory.weight.copy_(torch.tensor(RNG.standard_normal((K, D))))
    return memory


def targets(memory, rows):
    told = SEEN @ memory.weight[rows].T
    return ((told - told.mean(0)) / told.std(0, correction=0)).T.contiguous()


def test_expected_weights_are_a_softmax_of_correlations_by_hand():
    memory = build()
    target = torch.tensor(RNG.standard_normal((3, N)), dtype=torch.float32)
    target = (target - target.mean(1, keepdim=True)) / target.std(
        1, keepdim=True, correction=0
    )
    told = (SEEN @ memory.weight.T).numpy()
    r = np.array([[np.corrcoef(t, one)[0, 1] for one in told.T] for t in target])
    score = np.exp(SHARPNESS * np.sqrt(N) * r)

    with torch.no_grad():
        found = memory(SUMMARY, SEEN, target).numpy()

    expected = score / score.sum(1, keepdims=True) @ memory.weight.numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_a_voxel_that_is_remembered_is_found_but_not_by_itself():
    memory = build()
    torch.nn.init.constant_(memory.sharpness.bias, 4.0)
    rows = torch.tensor([0, 2, 4])
    target = targets(memory, rows)

    with torch.no_grad():
        found = memory(SUMMARY, SEEN, target)
        others = memory(SUMMARY, SEEN, target, torch.tensor([0, -1, 4]))

    np.testing.assert_allclose(found, memory.weight[rows], atol=0.05)
    np.testing.assert_array_equal(others[1], found[1])
    without = [np.delete(np.arange(K), row) for row in (0, 4)]
    for place, rest in zip((0, 2), without, strict=True):
        with torch.no_grad():
            memory_of_others = VoxelMemory(K - 1, D, E)
            memory_of_others.weight.copy_(memory.weight[rest])
            memory_of_others.sharpness.bias.copy_(memory.sharpness.bias)
            expected = memory_of_others(SUMMARY, SEEN, target)[place]
        np.testing.assert_allclose(others[place], expected, rtol=2e-2, atol=1e-3)


def test_an_empty_memory_expects_nothing():
    memory = VoxelMemory(K, D, E)

    with torch.no_grad():
        found = memory(SUMMARY, SEEN, torch.ones(3, N))

    assert (found == 0).all()


def test_voxels_are_remembered_as_ridge_weighs_them_and_each_knows_its_row():
    weight = RNG.standard_normal((4, 7)).astype("f4")
    populations = []
    for part in (slice(0, 3), slice(3, 7)):
        embedding = RNG.standard_normal((400, 4)).astype("f4")
        populations.append(Population(embedding, embedding @ weight[:, part]))
    scale = Scale(np.zeros(4, "f4"), np.ones(4, "f4"))

    found, place = remember_voxels(
        populations, scale, np.eye(4, dtype="f4"), n_remembered=5, seed=0
    )

    joined = np.concatenate(place)
    assert [len(one) for one in place] == [3, 4]
    assert sorted(joined[joined >= 0]) == [0, 1, 2, 3, 4]
    for voxel in np.flatnonzero(joined >= 0):
        own = found[joined[voxel]]
        cosine = own @ weight[:, voxel]
        cosine /= np.linalg.norm(own) * np.linalg.norm(weight[:, voxel])
        assert cosine > 0.999


def test_a_voxel_that_alone_is_remembered_is_not_told_itself():
    memory = VoxelMemory(1, D, E)
    memory.weight.copy_(torch.tensor(RNG.standard_normal((1, D))))
    target = targets(memory, torch.tensor([0, 0, 0]))

    with torch.no_grad():
        found = memory(SUMMARY, SEEN, target, torch.tensor([0, -1, -1]))

    assert not found[0].any()
    np.testing.assert_allclose(found[1:], memory.weight.expand(2, -1), rtol=1e-6)

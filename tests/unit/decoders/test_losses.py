"""Mirrors src/boldwise/decoders/losses.py."""

import numpy as np
import pytest
import torch

from boldwise.decoders.losses import (
    anneal,
    cosine_distance,
    cosine_similarities,
    info_nce,
    mixed_nce,
    soft_clip,
    symmetric_cross_entropy,
)
from boldwise.decoders.mixing import Mixture

N, F = 7, 5


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(2, N, F, generator=generator, dtype=torch.float64).unbind()


def chance(logits, row, column):
    """Softmax along a row, with loops."""
    return float(np.exp(logits[row, column]) / np.exp(logits[row]).sum())


def test_similarities_are_cosines(pair):
    told, wanted = (one.numpy() for one in pair)

    found = cosine_similarities(*pair).numpy()

    for i in range(N):
        for j in range(N):
            lengths = np.linalg.norm(told[i]) * np.linalg.norm(wanted[j])
            assert found[i, j] == pytest.approx(told[i] @ wanted[j] / lengths)


def test_a_vector_without_length_is_like_nothing():
    found = cosine_similarities(torch.zeros(1, F), torch.ones(1, F))

    assert found.tolist() == [[0.0]]


def test_info_nce_is_the_mean_of_both_directions_by_brute_force(pair):
    similarity = cosine_similarities(*pair)
    logits = similarity.numpy() / 0.3
    both = [
        -np.log(chance(table, i, i)) for table in (logits, logits.T) for i in range(N)
    ]

    assert float(info_nce(similarity, temperature=0.3)) == pytest.approx(np.mean(both))


def test_info_nce_of_equal_similarities_is_the_log_of_their_number():
    flat = torch.zeros(N, N, dtype=torch.float64)

    assert float(info_nce(flat, temperature=0.1)) == pytest.approx(np.log(N))


def test_mixed_loss_is_the_published_equation_by_brute_force(pair):
    """-(share log p[i, i] + (1 - share) log p[i, partner]), along both axes."""
    similarity = cosine_similarities(*pair)
    logits = similarity.numpy() / 0.2
    partner = [2, 0, 1, 3, 5, 4, 6]
    share = np.linspace(0.1, 1, N)
    rows, columns = [], []
    for i, k in enumerate(partner):
        own, rest = share[i], 1 - share[i]
        rows += [
            -own * np.log(chance(logits, i, i)) - rest * np.log(chance(logits, i, k))
        ]
        columns += [-own * np.log(chance(logits.T, i, i))]
        columns += [-rest * np.log(chance(logits.T, k, i))]
    mixture = Mixture(torch.tensor(partner), torch.tensor(share))

    found = mixed_nce(similarity, mixture.labels(), temperature=0.2)

    assert float(found) == pytest.approx((sum(rows) + sum(columns)) / 2 / N)


def test_unmixed_brains_give_info_nce(pair):
    similarity = cosine_similarities(*pair)
    own = torch.eye(N, dtype=torch.float64)

    assert float(mixed_nce(similarity, own, temperature=0.2)) == pytest.approx(
        float(info_nce(similarity, temperature=0.2))
    )


def test_soft_labels_are_the_softmax_of_similar_targets(pair):
    similarity, between = (
        cosine_similarities(*pair),
        cosine_similarities(*[pair[1]] * 2),
    )
    logits, soft = similarity.numpy() / 0.5, between.numpy() / 0.5
    expected = [
        -chance(soft, i, j) * np.log(chance(table, i, j))
        for table in (logits, logits.T)
        for i in range(N)
        for j in range(N)
    ]

    found = soft_clip(similarity, between, temperature=0.5)

    assert float(found) == pytest.approx(sum(expected) / N / 2)


def test_soft_loss_is_least_where_brains_are_like_their_targets(pair):
    _, target = pair
    between = cosine_similarities(target, target)
    best = soft_clip(between, between, temperature=0.5)

    for seed in range(5):
        torch.manual_seed(seed)
        other = target + 0.1 * torch.randn(N, F, dtype=torch.float64)
        moved = cosine_similarities(other, target)
        rows = symmetric_cross_entropy(moved / 0.5, (between / 0.5).softmax(1))
        assert float(rows) > 0
        assert float(soft_clip(moved, between, temperature=0.5)) > float(best)


def test_the_order_of_rows_changes_no_loss(pair):
    order = torch.tensor([3, 1, 6, 0, 5, 2, 4])
    similarity = cosine_similarities(*pair)
    moved = similarity[order][:, order]
    between = cosine_similarities(pair[1], pair[1])

    assert float(info_nce(moved, temperature=0.2)) == pytest.approx(
        float(info_nce(similarity, temperature=0.2))
    )
    assert float(
        soft_clip(moved, between[order][:, order], temperature=0.2)
    ) == pytest.approx(float(soft_clip(similarity, between, temperature=0.2)))


def test_cosine_distance_is_scipys(pair):
    from scipy.spatial.distance import cosine

    each = [cosine(a, b) for a, b in zip(*(one.numpy() for one in pair), strict=True)]

    assert float(cosine_distance(*pair)) == pytest.approx(np.mean(each))


def test_temperatures_stay_at_their_ends_and_never_become_nan():
    assert anneal(0.004, 0.0075, -1.0) == pytest.approx(0.004)
    assert anneal(0.004, 0.0075, 2.0) == pytest.approx(0.0075)
    assert anneal(0.0, 1.0, 0.25) == pytest.approx((1 - np.sqrt(0.5)) / 2)

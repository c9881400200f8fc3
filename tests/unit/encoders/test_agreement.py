"""Concordance, and which of two losses counts when."""

import numpy as np
import torch

from boldwise.encoders.agreement import concordance, losses


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.manual_seed(0))


def test_concordance_is_lins_formula():
    found, measured = draw(30, 3), draw(30, 3) * 2 + 1

    for voxel in range(3):
        a, b = found[:, voxel].numpy(), measured[:, voxel].numpy()
        r = np.corrcoef(a, b)[0, 1]
        expected = 2 * r * a.std() * b.std()
        expected /= a.var() + b.var() + (a.mean() - b.mean()) ** 2
        np.testing.assert_allclose(concordance(found, measured)[voxel], expected)


def test_only_equal_values_agree_in_full():
    values = draw(20, 1)

    assert concordance(values, values)[0] > 1 - 1e-9
    assert concordance(values * 2, values)[0] < 0.9
    assert concordance(values + 1, values)[0] < 0.9
    assert concordance(values * 0, values)[0] == 0


def test_the_error_trains_and_the_concordance_judges():
    found, measured = draw(20, 2), draw(20, 2) + 0.5

    trained, parts = losses(found, measured, training=True)
    judged, _ = losses(found, measured, training=False)

    torch.testing.assert_close(trained, ((found - measured) ** 2).mean())
    torch.testing.assert_close(judged, 1 - concordance(found, measured).mean())
    assert parts["squared_error"] == trained
    assert parts["concordance"] == 1 - judged


def test_overfitted_noise_does_not_choose_the_epoch():
    truth = draw(200, 1)
    noise = torch.randn(200, 9, dtype=torch.float64)
    measured = torch.cat([truth, noise], 1)
    early = torch.cat([0.3 * truth, 0 * noise], 1)
    late = torch.cat([0.9 * truth, torch.randn(200, 9, dtype=torch.float64)], 1)

    by_error = [losses(one, measured, training=True)[0] for one in (early, late)]
    by_concordance = [losses(one, measured, training=False)[0] for one in (early, late)]

    assert by_error[0] < by_error[1]
    assert by_concordance[0] > by_concordance[1]

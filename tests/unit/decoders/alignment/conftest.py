"""Subjects whose voxels mix the same few latents, each in its own way."""

import numpy as np
import pytest


@pytest.fixture
def group():
    """Draw subjects: ``group(n_align, n_test)`` gives a list of (align, test, true)."""

    def draw(n_align=60, n_test=80, *, voxels=(40, 50, 45, 60), noise=1.0, seed=0):
        rng = np.random.default_rng(seed)
        latent = rng.standard_normal((n_align + n_test, 8))
        subjects = []
        for n_voxels in voxels:
            true = latent @ rng.standard_normal((8, n_voxels)) + rng.normal(5, 1)
            seen = true + noise * rng.standard_normal(true.shape)
            subjects.append((seen[:n_align], seen[n_align:], true[n_align:]))
        return subjects

    return draw


def correlate(a, b):
    """Mean over columns of the correlation over rows."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return np.mean((a * b).sum(0) / np.sqrt((a**2).sum(0) * (b**2).sum(0)))


def top1(a, b):
    """Share of rows that are most like their own counterpart."""
    match = np.corrcoef(a - a.mean(0), b - b.mean(0))[: len(a), len(a) :]
    return (match.argmax(axis=1) == np.arange(len(a))).mean()

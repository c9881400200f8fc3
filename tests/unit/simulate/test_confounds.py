"""Confounds: fMRIPrep's names, values by hand and by nilearn."""

import numpy as np
import pytest
from nilearn.glm.first_level.design_matrix import create_cosine_drift

from boldwise.responses.confound_table import HIGH_PASS_S, PARAMETERS
from boldwise.simulate.confounds import confound_table
from boldwise.simulate.protocol import RunPlan
from boldwise.simulate.scanner import BoldRun

N_VOLUMES = 120


@pytest.fixture
def run():
    rng = np.random.default_rng(0)
    motion = rng.normal(0, 0.01, (N_VOLUMES, 6)) * np.repeat([1, 0.02], 3)
    motion[40, 0] += 2.0  # a jerk there and back
    bold = rng.integers(500, 1000, (4, 4, 4, N_VOLUMES)).astype(np.int16)
    plan = RunPlan("01", np.array([0]), np.array([4.0]), N_VOLUMES)
    return BoldRun(plan, bold, bold, motion, motion)


@pytest.fixture
def tissue():
    return np.arange(64).reshape(4, 4, 4) % 4


@pytest.fixture
def table(run, tissue):
    return confound_table(run, tissue, tr_s=2.0)


def test_motion_comes_with_derivatives_and_squares(table, run):
    for name, values in zip(PARAMETERS, run.estimated_motion.T, strict=True):
        np.testing.assert_array_equal(table[name], values)
        np.testing.assert_array_equal(table[f"{name}_power2"], values**2)
        change = table[f"{name}_derivative1"]
        assert np.isnan(change[0])
        np.testing.assert_allclose(change[1:], np.diff(values))
        np.testing.assert_array_equal(table[f"{name}_derivative1_power2"], change**2)


def test_tissue_signals_are_means_over_their_voxels(table, run, tissue):
    np.testing.assert_allclose(table["csf"], run.realigned[tissue == 3].mean(0))
    np.testing.assert_allclose(
        table["white_matter"], run.realigned[tissue == 2].mean(0)
    )
    np.testing.assert_allclose(
        table["global_signal"], run.realigned[tissue > 0].mean(0)
    )


def test_cosines_are_those_of_nilearn(table):
    names = sorted(name for name in table if name.startswith("cosine"))

    expected = create_cosine_drift(1 / HIGH_PASS_S, 2.0 * np.arange(N_VOLUMES))

    found = np.stack([table[name] for name in names], axis=1)
    np.testing.assert_allclose(found, expected[:, :-1], atol=1e-12)


def test_each_jerk_has_a_column_of_its_own(table):
    outliers = {k: v for k, v in table.items() if k.startswith("motion_outlier")}

    assert sorted(outliers) == ["motion_outlier00", "motion_outlier01"]
    assert [int(column.argmax()) for column in outliers.values()] == [40, 41]
    assert all(column.sum() == 1 for column in outliers.values())


def test_displacement_is_unknown_for_the_first_volume_only(table):
    displacement = table["framewise_displacement"]

    assert np.isnan(displacement[0])
    assert np.isfinite(displacement[1:]).all()
    assert displacement[40] > 1.9

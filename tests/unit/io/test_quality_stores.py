"""Quality comes back from its store as the report needs it, joined by place."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))  # for tiny_quality.py
from tiny_quality import tiny_betas, tiny_quality

from boldwise.io.quality_stores import read_quality_facts, write_quality
from boldwise.io.stores import open_store


def test_runs_come_back_with_what_was_lost(tmp_path):
    quality = tiny_quality()
    write_quality(tmp_path / "sub-01.h5", quality, provenance={})

    facts = read_quality_facts(tmp_path / "sub-01.h5")

    run, measured = facts.runs[1], quality.series.runs[1]
    assert (run.run, run.session, run.n_volumes) == ("02", "1", 60)
    assert (run.n_left_out, run.n_moved) == (2, 1)
    assert run.max_mm == pytest.approx(0.9)
    assert run.mean_mm == pytest.approx(measured.mean_displacement_mm)
    assert run.tsnr == pytest.approx(np.median(measured.tsnr), rel=1e-6)
    assert (facts.removed, facts.expected) == (0.3, 0.04)
    assert facts.n_repeated == 12
    assert facts.ceiling == pytest.approx(np.median(quality.reliability.noise_ceiling))


def test_voxels_that_were_left_out_have_no_reliability(tmp_path):
    quality = tiny_quality()
    kept = np.arange(len(quality.voxels)) % 3 > 0
    known = quality.reliability
    fewer = replace(
        known, noise_ceiling=known.noise_ceiling[kept], null=known.null[kept]
    )
    smaller = replace(
        quality, voxels=quality.voxels.take(kept), reliability=fewer, maps={}
    )

    write_quality(tmp_path / "sub-01.h5", smaller, provenance={})

    with open_store(tmp_path / "sub-01.h5", schema="quality") as store:
        found = store["noise_ceiling"][()]
    np.testing.assert_allclose(found[kept], fewer.noise_ceiling, rtol=1e-6)
    assert np.isnan(found[~kept]).all()


@pytest.mark.parametrize("repeats", [True, False])
def test_given_betas_have_no_runs(tmp_path, repeats):
    write_quality(tmp_path / "sub-01.h5", tiny_betas(repeats=repeats), provenance={})

    facts = read_quality_facts(tmp_path / "sub-01.h5")

    assert facts.runs == ()
    assert np.isfinite(facts.ceiling) == repeats
    assert facts.n_repeated == 12 * repeats
    assert np.isnan(facts.removed)


def test_unknown_motion_stays_unknown(tmp_path):
    write_quality(tmp_path / "sub-01.h5", tiny_quality(ratio=False), provenance={})

    facts = read_quality_facts(tmp_path / "sub-01.h5")

    assert np.isnan(facts.runs[0].mean_mm)
    assert np.isnan(facts.runs[0].max_mm)
    assert facts.runs[0].n_moved == 0

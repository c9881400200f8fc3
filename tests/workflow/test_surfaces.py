"""Surface runs of fMRIPrep go through the whole workflow, to maps on the same mesh."""

import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/io"))
from derivatives import MESH, N_VOLUMES, TR_S, Derivatives, write_gifti

from boldwise.io.records import read_responses
from boldwise.responses.design import trial_regressors, volume_times

pytestmark = pytest.mark.workflow

RUNS = ("1", "2", "3", "4")
ONSETS_S = np.arange(10, 110, 10)
N_FEATURES = 2
DRIVEN = slice(8, 20)  # vertices of either hemisphere that follow the features


def write_run(derivatives, run, features):
    """Write a surface run whose driven vertices follow the features of its trials."""
    stem = derivatives.run("surface", run)
    time_s = volume_times(N_VOLUMES, TR_S, start_time_s=0.98)
    regressors = trial_regressors(ONSETS_S, np.full(10, 3.0), time_s, hrf="glover")
    course = regressors @ features  # (n_volumes, n_features)
    for number, (side, n_vertices) in enumerate(MESH.items()):
        percent = derivatives.rng.normal(0, 0.5, (N_VOLUMES, n_vertices))
        percent[:, DRIVEN] += 2 * course[:, [number]]
        data = 1000 * (1 + percent / 100)
        data[:, 2] = 0
        path = f"{stem}_hemi-{side}_space-fsnative_bold"
        write_gifti(f"{path}.func.gii", data, side, intent="TIME_SERIES")
        derivatives.sidecar(f"{path}.json")


@pytest.fixture(scope="module")
def mapped(start, tmp_path_factory):
    """Run a study of one subject on its own cortex, up to maps and figures."""
    folder = tmp_path_factory.mktemp("surface")
    rng = np.random.default_rng(0)
    derivatives = Derivatives(folder, rng)
    rows = ["stimulus_id\ta\tb"]
    for run in RUNS:
        features = rng.normal(size=(len(ONSETS_S), N_FEATURES))
        write_run(derivatives, run, features)
        for onset, (a, b) in zip(ONSETS_S, features, strict=True):
            rows.append(f"scene-{onset}_run-{run}\t{a}\t{b}")
    (folder / "features.tsv").write_text("\n".join(rows) + "\n")
    labels = {0: "none", 5: "driven"}
    for side, n_vertices in MESH.items():
        values = np.zeros(n_vertices)
        values[DRIVEN] = 5
        path = derivatives.root / f"{side}.label.gii"
        write_gifti(path, [values], side, intent="LABEL", labels=labels)
    config = {
        "dataset": {
            **{"name": "tiny", "kind": "fmriprep", "subjects": ["01"]},
            **derivatives.query(space="fsnative"),
            "atlases": {"areas": {"path": "{hemisphere}.label.gii"}},
            "stimulus_id": "{stimulus_id}_run-{run}",
            "stimuli": {"from_events": True},
        },
        "responses": {"estimate": "least_squares_all", "high_pass_hz": 0},
        "splits": {"runs": {"kind": "leave_group_out", "by": "run", "n_cv_folds": 2}},
        "feature_spaces": {
            "known": {"kind": "given", "path": str(folder / "features.tsv")}
        },
        "encoders": {"known": {"kind": "ridge", "features": ["known"]}},
        "evaluation": {
            **{"ceiling": "none", "n_permutations": 50, "n_bootstraps": 50},
            **{"n_shuffles": 2, "low_level_control": False},
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    run = start(folder, path)
    run.snakemake()
    return run


def test_vertices_that_follow_the_features_are_found(mapped):
    for side in MESH:
        path = mapped.results / f"maps/runs/known/sub-01_hemi-{side}_r.func.gii"
        image = nib.load(path)
        r = image.darrays[0].data

        assert len(r) == MESH[side]
        assert np.flatnonzero(np.isnan(r)).tolist() == [2]
        assert np.median(r[DRIVEN]) > 0.6
        others = np.setdiff1d(np.arange(MESH[side]), np.r_[DRIVEN, 2])
        assert np.abs(np.median(r[others])) < 0.3
        assert image.meta["AnatomicalStructurePrimary"].startswith("Cortex")


def test_responses_keep_vertices_and_regions(mapped):
    voxels = read_responses(mapped.results / "responses/sub-01.h5").voxels

    assert voxels.n_vertices == {"CORTEX_LEFT": 30, "CORTEX_RIGHT": 32}
    inside = (voxels.vertex >= DRIVEN.start) & (voxels.vertex < DRIVEN.stop)
    np.testing.assert_array_equal(voxels.roi["driven"], inside)


def test_the_report_says_that_there_is_no_mesh_to_draw_on(mapped):
    page = (mapped.results / "report.html").read_text()

    assert "no mesh of &#39;fsnative&#39;" in page or "no mesh of 'fsnative'" in page
    assert Path(mapped.results / "figures/runs/sub-01_interactive_map.html").exists()

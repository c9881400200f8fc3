"""Whatever files a dataset has, one call gives the responses of a subject."""

import numpy as np
import pytest
from scipy.io import savemat

from boldwise.errors import ConfigError
from boldwise.io.subjects import read_subject, recipe_of

OPTIONS = {
    "estimate": "least_squares_all",
    "hrf": "spm",
    "high_pass_hz": 0.0,
    "detrend_order": 1,
    "confounds": ["motion"],
    "block_delay_s": 5.0,
    "standardize": "none",
}


def test_bold_is_estimated_as_asked(bold_fields):
    responses = read_subject({"kind": "bold", **bold_fields}, "s1", OPTIONS)

    assert responses.unit == "percent signal change"
    assert responses.notes["hrf"] == "spm"
    assert responses.notes["confounds"] == "motion"


def test_standardizing_comes_last(bold_fields):
    options = {**OPTIONS, "standardize": "run"}

    responses = read_subject({"kind": "bold", **bold_fields}, "s1", options)

    assert responses.unit == "z"
    np.testing.assert_allclose(responses.response[:5].std(0), 1, rtol=1e-4)


def test_betas_are_taken_as_they_are(tmp_path, rng):
    matrix = rng.normal(size=(3, 4))
    ids = np.array(["a", "b", "c"], object)
    savemat(tmp_path / "s1.mat", {"betas": matrix, "id": ids})
    blocks = [{"response": "betas", "stimulus_id": "id"}]
    source = {"root": str(tmp_path), "path": "{subject}.mat", "blocks": blocks}

    responses = read_subject({"kind": "betas", **source}, "s1", OPTIONS)

    np.testing.assert_array_equal(responses.response, matrix.astype(np.float32))
    assert responses.trials.stimulus_id.tolist() == ["a", "b", "c"]


def test_bold_cannot_be_given():
    with pytest.raises(ConfigError, match="'given' is for datasets of kind `betas`"):
        recipe_of({**OPTIONS, "estimate": "given"})

"""The pooling of a sentence-transformers folder."""

import json

import numpy as np
import pytest

from boldwise.errors import ConfigError, WeightsError
from boldwise.features.backends.text_pooling import Pooling, find_pooling
from boldwise.features.backends.text_source import TextSource

STATE = np.array([[1.0, 5], [2, 0], [6, 1]])


@pytest.mark.parametrize(
    ("mode", "vector"),
    [("mean", [3, 2]), ("max", [6, 5]), ("cls", [1, 5]), ("lasttoken", [6, 1])],
)
def test_each_mode_pools_as_it_is_called(mode, vector):
    assert Pooling(mode, normalise=False, room=None).apply(STATE).tolist() == vector
    unit = Pooling(mode, normalise=True, room=None).apply(STATE)
    np.testing.assert_allclose(unit, np.array(vector) / np.linalg.norm(vector))


def make(folder, pooling, stages=("Transformer", "Pooling")):
    """Write the files that say how a model pools."""
    if pooling is not None:
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    modules = [{"type": f"sentence_transformers.models.{one}"} for one in stages]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 9}')
    return TextSource("mine", folder, ())


@pytest.mark.parametrize(
    "stated",
    [
        {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
        {"pooling_mode": "mean"},
        {"pooling_mode": ["mean"]},
    ],
)
def test_old_and_new_files_are_read(tmp_path, stated):
    source = make(tmp_path, stated, ("Transformer", "Pooling", "Normalize"))

    assert find_pooling(source) == Pooling("mean", normalise=True, room=9)


def test_a_model_without_pooling_says_what_to_read(tmp_path):
    with pytest.raises(ConfigError, match=r"no pooling of its own .* Set read to mean"):
        find_pooling(make(tmp_path, None))


@pytest.mark.parametrize(
    ("stated", "stages", "named"),
    [
        ({"pooling_mode": "weightedmean"}, ("Pooling",), "weightedmean"),
        ({"pooling_mode": ["mean", "max"]}, ("Pooling",), "'mean', 'max'"),
        ({"pooling_mode": "mean"}, ("Pooling", "Dense"), "Dense"),
    ],
)
def test_what_is_not_known_is_never_left_out_silently(tmp_path, stated, stages, named):
    with pytest.raises(WeightsError, match=rf"pools by .*{named}.*; known here"):
        find_pooling(make(tmp_path, stated, stages))

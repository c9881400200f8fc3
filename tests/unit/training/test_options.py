"""Mirrors src/boldwise/training/options.py."""

import subprocess
import sys

import pytest

from boldwise.errors import ConfigError
from boldwise.training.options import TrainingOptions


def test_all_that_is_out_of_range_is_told_at_once():
    with pytest.raises(ConfigError) as error:
        TrainingOptions(n_epochs=0, learning_rate=0.0, warmup=2.0, schedule="linear")

    assert "n_epochs is 0, it must be at least 1" in str(error.value)
    assert "learning_rate is 0.0, it must be above 0" in str(error.value)
    assert "warmup is 2.0, a share of all steps: at most 1" in str(error.value)
    assert "known are constant, cosine, one_cycle" in str(error.value)


def test_half_precision_with_scaled_gradients_needs_cuda():
    with pytest.raises(ConfigError, match="needs device 'cuda', not 'cpu'"):
        TrainingOptions(mixed_precision="fp16")


@pytest.mark.parametrize("name", ["learning_rate", "clip_norm", "weight_decay"])
def test_nan_is_out_of_range(name):
    with pytest.raises(ConfigError, match=f"{name} is nan"):
        TrainingOptions(**{name: float("nan")})


def test_the_recipe_leaves_out_what_changes_no_weight():
    first = TrainingOptions(prefetch=0, checkpoint_s=0)

    assert first.recipe() == TrainingOptions().recipe()
    assert first.recipe() != TrainingOptions(seed=1).recipe()


def test_reading_options_does_not_import_torch():
    code = "import sys, boldwise.training.options; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"

"""Checkpoints are tensors and nothing else."""

import hashlib
import logging

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from boldwise.errors import WeightsError
from boldwise.features.backends.checkpoints import (
    hash_of,
    is_path,
    quiet_logging,
    read_checkpoint,
    seeded,
)

STATE = {"a": torch.arange(3.0), "b": torch.ones(2, 2)}


@pytest.mark.parametrize("name", ["x.safetensors", "x.pt", "nested.pth"])
def test_tensors_are_read_from_any_format(tmp_path, name):
    path = tmp_path / name
    held = {"state_dict": STATE, "epoch": 3} if name == "nested.pth" else STATE
    (save_file if name.endswith("safetensors") else torch.save)(held, path)

    state = read_checkpoint(path)

    assert {name: one.tolist() for name, one in state.items()} == {
        name: one.tolist() for name, one in STATE.items()
    }


@pytest.mark.parametrize("held", [[1, 2], {"a": Image.new("RGB", (2, 2))}])
def test_a_file_of_something_else_is_refused(tmp_path, held):
    torch.save(held, tmp_path / "x.pt")

    with pytest.raises(WeightsError, match=r"x.pt: cannot be read .*it holds"):
        read_checkpoint(tmp_path / "x.pt")


def test_a_file_of_bytes_without_meaning_is_said_to_hold_something_else(tmp_path):
    (tmp_path / "x.pt").write_bytes(b"junk" * 10)

    with pytest.raises(WeightsError, match=r"only \(it holds something else\)\. Fetch"):
        read_checkpoint(tmp_path / "x.pt")


@pytest.mark.parametrize("name", ["x.safetensors", "x.pt"])
def test_a_damaged_file_is_refused(tmp_path, name):
    path = tmp_path / name
    (save_file if name.endswith("safetensors") else torch.save)(STATE, path)
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(WeightsError, match=rf"{name}: cannot be read as safetensors"):
        read_checkpoint(path)


def test_one_file_has_its_own_hash_and_several_have_one_together(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode())
    one = hashlib.sha256(b"a").hexdigest()

    assert hash_of([tmp_path / "a"]) == one
    assert hash_of([]) == "none"
    both = [
        hash_of([tmp_path / first, tmp_path / then]) for first, then in ("ab", "ba")
    ]
    assert len({*both, one}) == 3


def test_paths_are_told_from_tags(tmp_path):
    (tmp_path / "plain").write_bytes(b"")

    assert is_path(str(tmp_path / "plain"))
    assert is_path("absent.pt")
    assert is_path("some/where")
    assert not is_path("laion2b_s34b_b79k")


def test_the_generator_and_the_logging_are_left_as_they_were():
    state = torch.get_rng_state()

    with seeded(4), quiet_logging():
        drawn = torch.rand(3)
        assert logging.root.manager.disable == logging.WARNING
    with seeded(4):
        assert torch.equal(drawn, torch.rand(3))

    assert torch.equal(state, torch.get_rng_state())
    assert logging.root.manager.disable == logging.NOTSET

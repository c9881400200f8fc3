"""Mirrors src/boldwise/training/checkpoint.py."""

import math

import pytest
import torch
from safetensors.torch import save_file

from boldwise.errors import StoreError
from boldwise.training.checkpoint import read_checkpoint, write_checkpoint

SCALARS = {"step": 3, "loss": 0.1 + 0.2, "scaler": {}, "finished": False}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "run.safetensors"


def test_every_bit_comes_back(path):
    tensors = {
        "half": torch.randn(
            3, 4, generator=torch.Generator().manual_seed(0)
        ).bfloat16(),
        "odd": torch.tensor([math.nan, -0.0, math.inf, 1e-45]),
        "count": torch.tensor(7),
        "turned": torch.arange(6.0).reshape(2, 3).T,
        "none": torch.empty(0, 2),
    }

    write_checkpoint(path, tensors, SCALARS)
    found, scalars = read_checkpoint(path)

    assert scalars == SCALARS
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert found[name].dtype == tensor.dtype
        assert found[name].shape == tensor.shape
        same = found[name].contiguous().reshape(-1).view(torch.uint8)
        assert torch.equal(same, tensor.contiguous().reshape(-1).view(torch.uint8))


def test_names_may_share_a_tensor(path):
    shared = torch.arange(6.0).reshape(2, 3)

    write_checkpoint(path, {"a": shared, "b": shared, "row": shared[1]}, {})
    found, _ = read_checkpoint(path)

    assert torch.equal(found["a"], shared)
    assert torch.equal(found["b"], shared)
    assert torch.equal(found["row"], shared[1])


def test_what_cannot_be_written_leaves_the_old_file(path):
    write_checkpoint(path, {"a": torch.ones(2)}, SCALARS)

    with pytest.raises(ValueError, match="JSON"):
        write_checkpoint(path, {"a": torch.zeros(2)}, {"loss": math.nan})

    assert torch.equal(read_checkpoint(path)[0]["a"], torch.ones(2))
    assert [one.name for one in path.parent.iterdir()] == ["run.safetensors"]


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "header"])
def test_a_damaged_file_is_told_in_a_sentence(path, damage):
    write_checkpoint(path, {"a": torch.ones(100)}, SCALARS)
    whole = path.read_bytes()
    harm = {
        "cut": whole[:-50],
        "empty": b"",
        "text": b"not a checkpoint" * 9,
        "header": whole[:8] + b"\x00" * 30 + whole[38:],
    }
    path.write_bytes(harm[damage])

    with pytest.raises(StoreError, match=r"cannot be read \(.+\). Delete it: the"):
        read_checkpoint(path)


def test_a_file_of_another_make_is_refused(path):
    path.parent.mkdir()
    save_file({"a": torch.ones(2)}, path, metadata={"version": "0"})

    with pytest.raises(StoreError, match="version 0, this boldwise reads version 1"):
        read_checkpoint(path)

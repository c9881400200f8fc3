"""Mirrors src/boldwise/training/memory.py."""

import subprocess
import sys

import pytest

from boldwise.training import memory
from boldwise.training.memory import kept_memory

# What stays resident of 256 MiB that were taken, filled and let go, in another process:
# before, within, and once it was left by an error; then of 512 MiB, for which the heap
# that was used within has no hole.
COUNT = """
import resource
import torch
from boldwise.training.memory import kept_memory

def resident():
    with open("/proc/self/statm") as table:
        return int(table.read().split()[1]) * resource.getpagesize() / 2**20

def kept_after_use(size=2**26):
    before = resident()
    torch.ones(size)
    return resident() - before

kept_after_use()
start, always = resident(), kept_after_use()
try:
    with kept_memory() as kept:
        within = kept_after_use()
        raise KeyError
except KeyError:
    pass
print(int(kept), always, within, resident() - start, kept_after_use(2**27))
"""


def test_memory_is_kept_within_and_given_back_in_the_end_even_after_an_error():
    done = subprocess.run(
        [sys.executable, "-c", COUNT], check=True, capture_output=True, text=True
    )
    kept, always, within, held, after = map(float, done.stdout.split())
    if not kept:
        pytest.skip("no glibc here")

    assert within > 250  # MiB of 256
    assert max(always, held, after) < 25  # outside all is as it was


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())

    with kept_memory() as kept:
        assert not kept

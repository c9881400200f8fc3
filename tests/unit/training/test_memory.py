"""Mirrors src/boldwise/training/memory.py."""

import resource
import subprocess
import sys

import pytest
import torch

from boldwise.training import memory
from boldwise.training.memory import kept_memory

# Faults of the kernel while 64 MiB are taken and let go ten times, in another process.
COUNT = """
import resource
import torch
from boldwise.training.memory import kept_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.zeros(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
with kept_memory() as kept:
    faults()
    within = faults()
print(int(kept), within, faults(), resource.getpagesize())
"""


def test_memory_is_taken_from_the_kernel_once_only():
    done = subprocess.run(
        [sys.executable, "-c", COUNT], check=True, capture_output=True, text=True
    )
    kept, within, after, page = map(int, done.stdout.split())
    if not kept:
        pytest.skip("no glibc here")

    one = 2**26 // page
    assert within < one / 10
    assert after > 5 * one  # afterwards all is as it was


def test_an_error_within_leaves_nothing_changed():
    with pytest.raises(KeyError), kept_memory():
        raise KeyError

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        torch.zeros(2**24)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults > 2 * 2**26 // resource.getpagesize()


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())

    with kept_memory() as kept:
        assert not kept

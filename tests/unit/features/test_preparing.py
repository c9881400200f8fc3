"""Processes fill shared memory, and nothing is left of them."""

import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pytest
from small_network import ImagesInMemory, draw_images, halve

from boldwise.errors import DataError
from boldwise.features import preparing
from boldwise.features.preparing import prepare_elsewhere

RANGES = [(start, min(start + 8, 50)) for start in range(0, 50, 8)]
UNGUARDED = """
import sys
sys.path.insert(0, {helpers!r})
print("ran", flush=True)
from small_network import ImagesInMemory, draw_images, halve
from boldwise.features.preparing import prepare_elsewhere
images = ImagesInMemory(draw_images(8))
ranges, options = [(0, 4), (4, 8)], {{"n_workers": 1, "n_held": 1}}
for block in prepare_elsewhere(images.read, halve, ranges, **options):
    print(block.stop, flush=True)
    block.give_back()
"""


def prepare(images, **options):
    chosen = {"n_workers": 2, "n_held": 1, **options}
    for block in prepare_elsewhere(images.read, halve, RANGES, **chosen):
        yield block.pixels.copy()
        block.give_back()


def test_blocks_hold_what_this_process_would_prepare():
    images = ImagesInMemory(draw_images())

    found = np.concatenate(list(prepare(images)))

    np.testing.assert_array_equal(found, np.stack([halve(one) for one in images.image]))


def test_no_shared_memory_is_left_when_somebody_stops_in_the_middle(monkeypatch):
    made = []

    def remember(*args, **options):
        made.append(SharedMemory(*args, **options))
        return made[-1]

    monkeypatch.setattr(preparing, "SharedMemory", remember)
    blocks = prepare(ImagesInMemory(draw_images()))
    next(blocks)
    there = [Path(preparing.SHARED, one.name).exists() for one in made]

    blocks.close()

    assert there == [True] * 4
    assert not any(Path(preparing.SHARED, one.name).exists() for one in made)


def test_too_little_shared_memory_is_told_beforehand(monkeypatch):
    class Full:
        free = 0

    monkeypatch.setattr(preparing.shutil, "disk_usage", lambda folder: Full)

    with pytest.raises(DataError, match=r"0 MiB free, but 4 batches of 8"):
        next(prepare(ImagesInMemory(draw_images())))


def test_a_script_without_a_guard_runs_once(tmp_path):
    script = tmp_path / "job.py"
    script.write_text(UNGUARDED.format(helpers=str(Path(__file__).parent)))

    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["ran", "4", "8"]
    assert done.stderr == ""

"""Jobs that describe images are killed at any moment, and leave the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

HELPERS = Path(__file__).parents[1] / "features"
FORKS = """
import itertools, logging, os, sys, time
sys.path.insert(0, {helpers!r})
from pathlib import Path
from small_network import POOLED, TOKENS, ImagesInMemory, SmallNetwork, draw_images
from boldwise.io.feature_stores import write_network_features
from boldwise.io.network_passes import Pass

class Slow(SmallNetwork):
    passes = itertools.count()

    def describe(self, batch, readouts):
        if next(self.passes) == 0:
            print("begun", flush=True)
        time.sleep(0.004)
        return super().describe(batch, readouts)

def describe(path):
    readouts = {{"pooled": POOLED, "tokens": TOKENS}}
    images = ImagesInMemory(draw_images(400))
    write_network_features(
        Path(path),
        Pass(images, Slow(), readouts, batch_size=8, n_cores=2),
        provenance={{"rule": "r"}},
        log=logging.getLogger("child"),
    )

while line := sys.stdin.readline():
    path, os.environ["BOLDWISE_FEATURES_CACHE"] = line.strip().split("\\t")
    pid = os.fork()
    if pid == 0:
        describe(path)
        os._exit(0)
    print("child", pid, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Jobs:
    """Processes that describe images; one of them has imported all that they need."""

    def __init__(self):
        program = FORKS.format(helpers=str(HELPERS))
        command, pipe = [sys.executable, "-c", program], subprocess.PIPE
        self.parent = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def start(self, path, cache):
        """Start one, and wait for its first batch, or its end if none is lacking."""
        self.parent.stdin.write(f"{path}\t{cache}\n")
        self.parent.stdin.flush()
        self.said = {}
        while not self.said.keys() & {"begun", "ended"} or "child" not in self.said:
            self._listen()

    def end(self, *, kill_after=None):
        """Give its exit status; kill it first, after some seconds."""
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # It may have ended by itself.
                os.kill(self.said["child"], signal.SIGKILL)
        while "ended" not in self.said:
            self._listen()
        return self.said["ended"]

    def _listen(self):
        word, _, number = self.parent.stdout.readline().strip().partition(" ")
        self.said[word] = int(number or 0)


@pytest.fixture
def jobs():
    started = Jobs()
    yield started
    with started.parent:
        started.parent.stdin.close()


def test_twenty_kills_at_random_moments_leave_the_same_bytes(tmp_path, jobs):
    jobs.start(tmp_path / "a.h5", tmp_path / "undisturbed")
    begun = time.monotonic()
    assert jobs.end() == 0
    undisturbed = (tmp_path / "a.h5").read_bytes()
    longest = (time.monotonic() - begun) / 5
    path, moments, grown = tmp_path / "b.h5", random.Random(0), [0]

    n_kills = 0
    for _ in range(20):
        jobs.start(path, tmp_path / "killed")
        if "ended" not in jobs.said:
            n_kills += jobs.end(kill_after=moments.uniform(0, longest)) != 0
        left = list((tmp_path / "killed").rglob("*.rows"))
        assert len(left) <= 2
        assert not path.exists() or path.read_bytes() == undisturbed
        grown.append(sum(one.stat().st_size for one in left))
    jobs.start(path, tmp_path / "killed")

    assert jobs.end() == 0
    assert path.read_bytes() == undisturbed
    assert n_kills > 3, "too few of the kills came while it worked"
    assert len(set(grown)) > 3, "too few of the kills came while it worked"

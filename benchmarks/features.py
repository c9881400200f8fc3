"""Time features of networks against the bare forward loop, and against thingsvision.

Run it: ``python benchmarks/features.py [--images ../shared/data/images_caltech101]
[--models tiny-clip ViT-B-32] [--n 512] [--threads 2] [--repeats 3] [--json]
[--peer-python PATH]``. For each network (ViT-B/32 with random weights) and each way in,
picture files and a store of stimuli, it prints

- ``forward``: images/s of the bare loop over prepared images in memory, with PyTorch's
  own threads, at the fastest of a few batch sizes;
- ``decode``: files/s of all cores, JPEG decoding alone in a process per core, and with
  the network's own transform (``prepare``);
- ``rule``: images/s of the whole rule, with a cache that knows nothing: hashing the
  stimuli, probing memory, reading, transforming, the network, journal and store; only
  starting Python and loading the network are left out, and told as ``start_s``;
- ``ratio``: rule / forward; ``bound``: what prepare and forward would give one after
  the other, each on all cores, 1 / (1 / forward + 1 / prepare); ``of_bound``: rule /
  bound.

Forward and rule take turns, and the median of their ratios counts. With a Python that
has thingsvision (``--peer-python``), it extracts the same layer of the same network
from the same files, in turns too, with as many threads. To make one:
``python -m venv peer && peer/bin/pip install thingsvision==2.7.3``. Beside a newer
PyTorch: install it with ``--no-deps``, and torchtyping and typeguard; TensorFlow is not
needed, ``features_peer.py`` puts an empty module in its place.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.features.backends.sources import SHIPPED
from boldwise.features.records import Stimuli
from boldwise.io.feature_stores import write_network_features
from boldwise.io.image_blocks import PictureFiles, StoredImages
from boldwise.io.network_passes import Pass
from boldwise.io.pictures import read_pictures, read_whole_picture
from boldwise.io.records import write_stimuli

WEIGHTS = {"tiny-clip": None}  # Others are untrained: their speed is the same.
BATCHES = (16, 32, 64)
FORWARD_S = 1.0  # At least, of one turn of the bare loop.
SIZES = {"tiny-clip": 64}  # Side of the stimuli in the store, in pixels.
LOG = logging.getLogger("features")
PEER = Path(__file__).parent / "features_peer.py"


class Case:
    """One network and one way in, with images prepared for the bare loop.

    Attributes
    ----------
    name : str
    network : Backbone
    images : PictureFiles or StoredImages
    batches : dict of int to list of array
        Prepared images by batch size.
    """

    def __init__(self, name: str, network: Any, images: Any, folder: Path) -> None:
        self.name, self.network, self.images = name, network, images
        self._folder, self._n = folder, 0
        few = images.read(0, min(128, len(images)))
        pixels = np.stack([network.prepare(image) for image in few])
        self.batches = {
            size: [pixels[at : at + size] for at in range(0, len(pixels), size)]
            for size in BATCHES
        }

    def forward(self, batch: int, n_threads: int) -> float:
        """Images/s of the bare loop."""
        import torch

        torch.set_num_threads(n_threads)
        self.network.describe(self.batches[batch][0], [Readout()])
        done, start = 0, time.perf_counter()
        while time.perf_counter() - start < FORWARD_S:
            for pixels in self.batches[batch]:
                self.network.describe(pixels, [Readout()])
                done += len(pixels)
        rate = done / (time.perf_counter() - start)
        torch.set_num_threads(1)
        return rate

    def rule(self, n_threads: int) -> float:
        """Images/s from the disk to the store, with an empty cache."""
        self._n += 1
        os.environ["BOLDWISE_FEATURES_CACHE"] = str(self._folder / f"cache-{self._n}")
        wanted = Pass(
            self.images, self.network, {"pooled": Readout()}, n_cores=n_threads
        )
        start = time.perf_counter()
        path = self._folder / f"{self._n}.h5"
        write_network_features(path, wanted, provenance={}, log=LOG)
        return len(self.images) / (time.perf_counter() - start)


def compare(case: Case, n_threads: int, repeats: int) -> dict[str, Any]:
    """Take turns with the bare loop; medians, and the ratio of each turn's rates."""
    fastest = max(BATCHES, key=lambda batch: case.forward(batch, n_threads))
    forward, rule = [], []
    for _ in range(repeats):
        forward.append(case.forward(fastest, n_threads))
        rule.append(case.rule(n_threads))
    ratios = [one / other for one, other in zip(rule, forward, strict=True)]
    return {
        "case": case.name,
        "forward": statistics.median(forward),
        "forward_batch": fastest,
        "rule": statistics.median(rule),
        "ratio": statistics.median(ratios),
    }


def decode(paths: list[Path]) -> int:
    """Decode files, and nothing else."""
    return sum(len(read_whole_picture(path)) > 0 for path in paths)


def prepare(paths: list[Path], transform: Any) -> int:
    """Decode files and transform them for a network."""
    return sum(len(transform(read_whole_picture(path))) > 0 for path in paths)


def add_bound(
    row: dict[str, Any], case: Case, paths: list[Path], n_threads: int
) -> None:
    """Add what files take alone on all cores, and what both give in succession."""
    some = paths[:400]
    parts = [some[first::n_threads] for first in range(n_threads)]
    works = {
        "decode": decode,
        "prepare": partial(prepare, transform=case.network.prepare),
    }
    with ProcessPoolExecutor(n_threads, get_context("forkserver")) as pool:
        for name, work in works.items():
            list(pool.map(work, [part[:20] for part in parts]))
            start = time.perf_counter()
            done = sum(pool.map(work, parts))
            row[name] = done / (time.perf_counter() - start)
    row["bound"] = 1 / (1 / row["forward"] + 1 / row["prepare"])
    row["of_bound"] = row["rule"] / row["bound"]


def run_peer(
    python: str, model: str, folder: Path, *, n_threads: int, batch: int
) -> dict[str, Any]:
    """Images/s of thingsvision, in a process of its own."""
    command = [python, str(PEER), model, str(folder), str(n_threads), str(batch)]
    told = {**os.environ, "TINY_CLIP": str(SHIPPED["tiny-clip"])}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=told
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    rates: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return rates


def measure(
    model: str, paths: list[Path], folder: Path, options: argparse.Namespace
) -> list[dict[str, Any]]:
    """Rows of one network: from files, from a store, and the peer beside the files."""
    start = time.perf_counter()
    weights = WEIGHTS.get(model, "untrained")
    network = load_backbone("open_clip", {"model": model, "weights": weights})
    start_s = time.perf_counter() - start
    ids = np.array([f"{row:05d}" for row in range(len(paths))])
    files = Case(f"{model}, files", network, PictureFiles(paths, ids), folder)
    row = {**compare(files, options.threads, options.repeats), "start_s": start_s}
    add_bound(row, files, paths, options.threads)
    if options.peer_python:
        row |= compare_peer(files, model, folder / "pictures", options)
    image = read_pictures(paths, size_px=SIZES.get(model, 224))
    store = folder / f"{model}-stimuli.h5"
    write_stimuli(store, Stimuli(ids, image), provenance={})
    stored = Case(f"{model}, store", network, StoredImages(store), folder)
    return [row, compare(stored, options.threads, options.repeats)]


def compare_peer(
    case: Case, model: str, folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    """Take turns with thingsvision on the same files."""
    peer, rule, told = [], [], {}
    for _ in range(options.repeats):
        told = run_peer(
            options.peer_python,
            model,
            folder,
            n_threads=options.threads,
            batch=options.peer_batch,
        )
        peer.append(told["images_per_s"])
        rule.append(case.rule(options.threads))
    ratios = [one / other for one, other in zip(rule, peer, strict=True)]
    return {"peer": statistics.median(peer), "faster": statistics.median(ratios)}


def find_paths(folder: Path, n: int) -> list[Path]:
    """Every so many of the pictures, so that all categories are there."""
    found = sorted(folder.rglob("*.jpg"))
    return found[:: max(1, len(found) // n)][:n]


def draw_paths(folder: Path, n: int) -> list[Path]:
    """Draw pictures of smooth noise, where no folder was named."""
    from PIL import Image

    rng, paths = np.random.default_rng(0), []
    for row in range(n):
        coarse = Image.fromarray(rng.integers(0, 256, (24, 30, 3)).astype(np.uint8))
        paths.append(folder / f"{row:05d}.jpg")
        coarse.resize((300, 240), Image.Resampling.BICUBIC).save(paths[-1], quality=90)
    return paths


def link_all(paths: list[Path], folder: Path) -> None:
    """Give the peer a folder that holds these pictures and no others."""
    (folder / "all").mkdir(parents=True)
    for row, path in enumerate(paths):
        (folder / "all" / f"{row:05d}.jpg").symlink_to(path.resolve())


def show(rows: list[dict[str, Any]]) -> None:
    """Print a line per row."""
    for row in rows:
        numbers = [f"{k}={v:.4g}" for k, v in row.items() if not isinstance(v, str)]
        print(row["case"], *numbers, sep="  ")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="folder of JPEG files")
    parser.add_argument("--models", nargs="+", default=["tiny-clip", "ViT-B-32"])
    parser.add_argument("--n", type=int, default=512, help="images")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--peer-python", help="a Python that has thingsvision")
    parser.add_argument("--peer-batch", type=int, default=32)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = folder / "drawn"
        drawn.mkdir()
        given = options.images
        paths = find_paths(given, options.n) if given else draw_paths(drawn, options.n)
        link_all(paths, folder / "pictures")
        for model in options.models:
            rows += measure(model, paths, folder, options)
    print(json.dumps({"rows": rows}, indent=1)) if options.json else show(rows)


if __name__ == "__main__":
    main()

"""Feed readers with spoilt files until a time is over; tell what is no refusal.

Usage: fuzz.py [--seconds 60] [--seed 0] [reader ...]     (default: all readers)
       fuzz.py --follow READER SECONDS                    (with atheris)

Files are changed at random or, with atheris (``pip install atheris``; it is not among
the pins), by what new the reader does with them. Each finding is printed once, with the
file's bytes: put them into a test before you mend the reader. The suite runs the same
readers for some seconds (tests/unit/io/test_fuzz.py).
"""

import argparse
import random
import sys
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/unit/io"))

if "--follow" in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["boldwise", "praatio"]):
        from fuzz_targets import targets
else:
    from fuzz_targets import WORDS, mutate, targets

KINDS = ("flip", "cut", "drop", "add", "word", "double")


def draw_edits(rng):
    """Draw how a file is spoilt, for ``mutate``."""
    return [
        (rng.random(), rng.choice(KINDS), rng.randrange(256), rng.choice(WORDS))
        for _ in range(rng.randint(1, 6))
    ]


def place_of(error):
    """Name the last line of boldwise that an error passed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "boldwise" in frame.filename] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


class Findings:
    """What readers raised beside refusals, each place once."""

    def __init__(self, target):
        self.target, self.found, self.n_tried = target, {}, 0

    def try_bytes(self, content):
        """Let the reader read; keep what it raises."""
        self.n_tried += 1
        try:
            self.target.try_bytes(content)
        except Exception as error:
            key = (type(error).__name__, place_of(error))
            if key not in self.found:
                self.found[key] = content
                print("  ", *key, str(error)[:100], content[:200], flush=True)


def fuzz_at_random(findings, rng, until):
    """Spoil files without looking at what the reader does with them."""
    while time.monotonic() < until:
        content = mutate(rng.choice(findings.target.seeds), draw_edits(rng))
        findings.try_bytes(content)


def main():
    """Read the options, and try each reader for its time."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=60, help="for each reader")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("reader", nargs="*", default=sorted(targets()))
    chosen = options.parse_args()
    warnings.simplefilter("ignore")
    n_found = 0
    for name in chosen.reader:
        findings = Findings(targets()[name])
        until = time.monotonic() + chosen.seconds
        fuzz_at_random(findings, random.Random(chosen.seed), until)
        print(f"{name}: {findings.n_tried} files, {len(findings.found)} findings")
        n_found += len(findings.found)
    raise SystemExit(n_found > 0)


def follow(name, seconds):
    """Let atheris follow what one reader does; it ends the process itself."""
    findings = Findings(targets()[name])
    arguments = [sys.argv[0], f"-max_total_time={seconds}", "-rss_limit_mb=4096"]
    atheris.Setup(arguments, findings.try_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    if "--follow" in sys.argv:
        follow(sys.argv[2], int(sys.argv[3]))
    main()

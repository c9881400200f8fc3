"""Measure how well the builtin preprocessing finds simulated head motion, and how fast.

Run it: ``python benchmarks/realignment.py [--json]``. Runs of the simulated scanner at
its full noise, in voxels of 6, 4 and 3 mm; "own" is the scanner's motion, "large" is
stretched to 2 mm and 2 degrees. Errors are of single parameters over all volumes, in mm
and degrees; seconds are per volume, on one thread, without the reference.
"""

import argparse
import json
import time
from typing import Any
from unittest.mock import patch

import numpy as np

from boldwise.responses.realignment import estimate_motion, mean_reference
from boldwise.simulate import scanner as scanner_module
from boldwise.simulate.brains import draw_brain
from boldwise.simulate.haemodynamics import draw_response_functions
from boldwise.simulate.motion import draw_motion
from boldwise.simulate.protocol import Protocol, RunPlan
from boldwise.simulate.scanner import BoldRun, Scanner

LARGEST = np.repeat([2.0, np.deg2rad(2.0)], 3)
PROTOCOL = Protocol(20, 2, 40, 75, 4.0, 2.0)
# (name, responsive voxels, voxels of noise: they set the grid, volumes)
CASES = (
    ("own, 6 mm", 500, 500, 100),
    ("large, 6 mm", 500, 500, 100),
    ("large, 4 mm", 2500, 1500, 100),
    ("large, 3 mm", 9000, 2000, 40),
)


def large_motion(n_volumes: int, *, rng: np.random.Generator) -> np.ndarray:
    """Draw the scanner's motion, stretched to 2 mm and 2 degrees on each axis."""
    motion = draw_motion(n_volumes, rng=rng)
    return np.asarray(motion / np.abs(motion).max(0) * LARGEST)


def scan(case: tuple[str, int, int, int]) -> tuple[BoldRun, np.ndarray]:
    """Scan one run; give it with its affine."""
    name, n_responsive, n_noise, n_volumes = case
    brain = draw_brain("01", n_responsive=n_responsive, n_noise=n_noise, seed=1)
    amplitude = np.ones((2, len(brain.anatomy.ijk)))
    functions = draw_response_functions("01", seed=1)
    scanner = Scanner(brain.anatomy, amplitude, functions, PROTOCOL, 1.0)
    plan = RunPlan("01", np.array([0, 1]), np.array([4.0, 20.0]), n_volumes)
    draw = large_motion if name.startswith("large") else draw_motion
    with patch.object(scanner_module, "draw_motion", draw):
        run = next(scanner.scan([plan], rng=np.random.default_rng(1)))
    return run, brain.anatomy.affine


def measure(case: tuple[str, int, int, int]) -> dict[str, Any]:
    """Estimate the motion of one run; give errors and seconds."""
    run, affine = scan(case)
    reference = mean_reference(run.raw, affine)
    start = time.perf_counter()
    estimate = estimate_motion(run.raw, affine, reference)
    seconds = (time.perf_counter() - start) / len(estimate)
    gap = np.abs(estimate - run.motion)
    shift, turn = gap[:, :3], np.rad2deg(gap[:, 3:])
    return {
        "case": case[0],
        "grid": " x ".join(map(str, run.raw.shape[:3])),
        "median_mm": float(np.median(shift)),
        "largest_mm": float(shift.max()),
        "median_deg": float(np.median(turn)),
        "largest_deg": float(turn.max()),
        "ours_s": seconds,
    }


def main() -> None:
    """Print the table, or the rows as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = [measure(case) for case in CASES]
    if arguments.json:
        print(json.dumps({"rows": rows}, indent=2))
        return
    print("| run | grid | median mm | largest | median degree | largest | seconds |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        errors = " | ".join(f"{row[key]:.4f}" for key in list(row)[2:6])
        print(f"| {row['case']} | {row['grid']} | {errors} | {row['ours_s']:.3f} |")


if __name__ == "__main__":
    main()

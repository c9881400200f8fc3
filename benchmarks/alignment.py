"""Identify clips across people by every method of alignment, anatomy known and hidden.

Run it: ``python benchmarks/alignment.py [--json] [--seeds 0 1 2] [--methods NAME …]``.
Data: ``config/examples/tarhan.yaml``: 8 people, 120 clips of 60 actions. For each seed
three folds of whole actions: 80 clips to align on, 40 to identify; one person beside
the mean of the other seven; penalties by five inner folds of actions. ``hidden``: every
person's voxels behind a random rotation of its own. Intervals are 95 % over people
(Student's t). Chance is 0.025 for top-1 and 0.5 for two-way.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.stats import t

from boldwise.decoders.data import DecodingData
from boldwise.decoders.run import decode_over_folds
from boldwise.errors import BoldwiseError
from boldwise.evaluation.identification import identify
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli
from boldwise.io.stimulus_files import StimulusSource, find_stimuli
from boldwise.io.subjects import read_subject
from boldwise.responses.records import Responses
from boldwise.settings.alignment import AcrossSubjects
from boldwise.settings.config import load_config
from boldwise.settings.models import KFold
from boldwise.settings.sources import response_source, stimulus_source
from boldwise.simulate.hidden_anatomy import hide_anatomy

REPOSITORY = Path(__file__).parents[1]
CONFIG = REPOSITORY / "config" / "examples" / "tarhan.yaml"
RIDGE = {"readout": "ridge"}
WHITE = {"readout": "ridge", "whiten": True}
METHODS: dict[str, dict[str, Any]] = {
    "anatomy": {"kind": "anatomical"},
    "anatomy + ridge": {"kind": "anatomical", **RIDGE},
    "anatomy + ridge + whitening": {"kind": "anatomical", **WHITE},
    "procrustes": {"kind": "procrustes"},
    "procrustes, scaled": {"kind": "procrustes", "scale": True},
    "ridge": {"kind": "ridge"},
    "hyperalignment": {"kind": "hyperalignment"},
    "hyperalignment + ridge + whitening": {"kind": "hyperalignment", **WHITE},
    "shared response": {"kind": "shared_response"},
    "shared response + ridge": {"kind": "shared_response", **RIDGE},
    "shared response + ridge + whitening": {"kind": "shared_response", **WHITE},
    "procrustes, 20 parcels": {"kind": "procrustes", "n_parcels": 20},
    "ridge, 20 parcels": {"kind": "ridge", "n_parcels": 20},
    "optimal transport, 20 parcels": {"kind": "optimal_transport", "n_parcels": 20},
}


def read_people() -> tuple[dict[str, Responses], Stimuli]:
    """Responses of each person, of shape (120, n_voxels), and the clips' actions."""
    raw = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    raw["dataset"]["root"] = str(REPOSITORY / raw["dataset"]["root"])
    config = load_config(raw)
    source, options = response_source(config.dataset), config.responses.model_dump()
    names = config.dataset.subjects
    people = {name: read_subject(source, name, options) for name in names}
    columns, _ = find_stimuli(
        StimulusSource(**stimulus_source(config.dataset, continuous=False))
    )
    return people, Stimuli(columns["stimulus_id"], group=columns["group"])


def split_actions(
    people: dict[str, Responses], stimuli: Stimuli, *, seed: int
) -> Split:
    """Three folds of whole actions, five inner ones."""
    folds = KFold(kind="k_fold", by="group", n_folds=3, n_cv_folds=5, seed=seed)
    seen = {name: one.trials for name, one in people.items()}
    return make_split(seen, stimuli, name="actions", options=folds.model_dump())


def hide(people: dict[str, Responses]) -> dict[str, Responses]:
    """Turn each person's voxel space by a rotation of its own."""
    rngs = np.random.default_rng(0).spawn(len(people))
    return {
        name: replace(one, response=hide_anatomy(one.response, rng=rng).astype("f4"))
        for (name, one), rng in zip(people.items(), rngs, strict=True)
    }


def identify_all(
    people: dict[str, Responses], splits: list[Split], alignment: dict[str, Any]
) -> np.ndarray:
    """Top-1 and two-way of each person, mean over splits: shape (n_people, 2)."""
    decoder = AcrossSubjects(kind="across_subjects", alignment=alignment).model_dump()
    found = []
    for name, own in people.items():
        others = [one for other, one in people.items() if other != name]
        scores = []
        for split in splits:
            decoded = decode_over_folds(
                DecodingData(own, split, others=others), decoder
            )
            pair = decoded.arrays["prediction"], decoded.arrays["target"]
            ranks = identify(*pair, decoded.fold, centre=True)
            two_way = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
            scores.append([(ranks.rank == 1).mean(), two_way.mean()])
        found.append(np.mean(scores, axis=0))
    return np.array(found)


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    asked = parser.parse_args()
    people, stimuli = read_people()
    splits = [split_actions(people, stimuli, seed=seed) for seed in asked.seeds]
    rows = []
    for hidden, shown in ((False, people), (True, hide(people))):
        for name in asked.methods:
            if hidden and "parcels" in name:
                continue  # parcels are places
            start = time.perf_counter()
            try:
                found = identify_all(shown, splits, METHODS[name])
            except BoldwiseError as error:
                print(f"{name}: left out, {error}", file=sys.stderr)
                continue
            half = (
                t.ppf(0.975, len(found) - 1) * found.std(0, ddof=1) / len(found) ** 0.5
            )
            row = {
                "case": name,
                "anatomy": "hidden" if hidden else "known",
                "top1": found[:, 0].mean(),
                "top1_half_interval": half[0],
                "two_way": found[:, 1].mean(),
                "two_way_half_interval": half[1],
                "seconds": time.perf_counter() - start,
            }
            rows.append(row)
            if not asked.json:
                print(
                    f"{row['anatomy']:7} {name:36} top-1 {row['top1']:.3f} "
                    f"± {half[0]:.3f}   two-way {row['two_way']:.3f} ± {half[1]:.3f} "
                    f"  {row['seconds']:.0f} s",
                    flush=True,
                )
    if asked.json:
        json.dump({"rows": rows}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

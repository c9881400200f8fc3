"""A study of two subjects and sixty voxels, written by the real writers in no time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tiny_quality import tiny_quality

from boldwise.evaluation.ceilings import estimate_ceiling
from boldwise.evaluation.decoding import Decoded, score_decoder
from boldwise.evaluation.held_out import find_held_out, find_shown
from boldwise.evaluation.leakage import audit_split, neighbour_correlation
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.scoring import score_predictions
from boldwise.evaluation.tables import (
    COMPARISON_COLUMNS,
    IDENTIFICATION_COLUMNS,
    SCORE_COLUMNS,
    compare_models,
    tabulate_identification,
    tabulate_scores,
)
from boldwise.features.records import Stimuli
from boldwise.io.identification_stores import write_identification
from boldwise.io.quality_stores import write_quality
from boldwise.io.records import (
    voxel_datasets,
    write_responses,
    write_split,
    write_stimuli,
)
from boldwise.io.score_stores import (
    region_masks,
    write_ceiling,
    write_rows,
    write_scores,
)
from boldwise.io.stores import write_store
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import average_repeats
from boldwise.settings.config import load_config

SUBJECTS = ("01", "02")
ENCODERS = ("gabor", "words")
HOSTILE = '<script>alert("x")</script> & $\\frac{1}{0}$'
OPTIONS = {"n_permutations": 39, "n_bootstraps": 40, "min_ceiling": 0.1, "seed": 0}
N_TEST, N_TRAIN, N_VOXELS = 12, 20, 60
NO_PROVENANCE = {"rule": "tiny_rule", "code": "c0de"}
RECOVERY = (
    *("quantity", "population", "encoder", "n_voxels", "estimate"),
    *("truth_or_bar", "holds"),
)


@dataclass(frozen=True)
class TinyStudy:
    """Where the files lie, and the config they are from."""

    root: Path
    config: Mapping[str, Any]

    def files(self, pattern: str) -> list[Path]:
        """Files below the root, sorted."""
        return sorted(self.root.glob(pattern))

    def inputs(self, **more: list[Path]) -> dict[str, Any]:
        """Paths by kind, as ``read_study`` takes them."""
        return {
            "stimuli": self.root / "stimuli.h5",
            "responses": self.files("responses/*.h5"),
            "splits": self.files("splits/*.h5"),
            "ceilings": self.files("ceilings/*/*.h5"),
            "scores": self.files("scores/*/scores.tsv"),
            "comparisons": self.files("scores/*/comparisons.tsv"),
            "identification": self.files("identification/*/identification.tsv"),
            "shuffled": self.files("shuffled/*/*/*.h5"),
            "recovery": self.files("truth/recovery.tsv"),
            "quality": self.files("quality/*.h5"),
            "figures": self.files("figures/**/*.*"),
            "captions": [],
            "recipe": [],
            **more,
        }


def tiny_config() -> dict[str, Any]:
    """Give a config that is checked and complete."""
    raw = {
        "dataset": {"kind": "simulated", "name": "tiny", "subjects": list(SUBJECTS)},
        "splits": {"main": {"kind": "shared_images"}},
        "feature_spaces": {
            "gabor": {"kind": "gabor_pyramid"},
            "words": {"kind": "tfidf"},
        },
        "encoders": {name: {"kind": "ridge", "features": [name]} for name in ENCODERS},
        "decoders": {
            "reader": {"kind": "ridge", "target": "words"},
            "kinds": {"kind": "category"},
        },
    }
    return load_config(raw).model_dump(mode="json")


def tiny_voxels(*, affine: bool = True) -> Voxels:
    """Sixty voxels in a block, half of them in a region."""
    ijk = np.argwhere(np.ones((5, 4, 3), bool)) + 10
    to_mm = np.array([[4.0, 0, 0, -78], [0, 4, 0, -112], [0, 0, 4, -70], [0, 0, 0, 1]])
    roi = {"V1<i>&": np.arange(N_VOXELS) < 30, "noise": np.arange(N_VOXELS) >= 45}
    return Voxels(ijk, (40, 48, 40), to_mm if affine else None, roi)


def write_tiny_study(root: Path) -> TinyStudy:
    """Write every store and table that a report reads.

    Parameters
    ----------
    root : path
        Becomes the folder of the results.

    Returns
    -------
    study : TinyStudy
    """
    rng = np.random.default_rng(3)
    stimuli = _stimuli(rng)
    provenance = {"provenance": NO_PROVENANCE}
    write_stimuli(root / "stimuli.h5", stimuli, **provenance)
    responses = {name: _responses(rng, stimuli) for name in SUBJECTS}
    for name, one in responses.items():
        write_responses(root / f"responses/sub-{name}.h5", one, **provenance)
    seen = {name: one.trials for name, one in responses.items()}
    options = {"kind": "listed", "test": stimuli.stimulus_id[:N_TEST].tolist()}
    options |= {"n_cv_folds": 4}
    split = make_split(seen, stimuli, name="main", options=options)
    audit = audit_split(split, seen)
    write_split(root / "splits/main.h5", split, audit=audit, **provenance)
    _write_encoding(root, rng, split, responses)
    _write_decoding(root, rng, split)
    _write_recovery(root)
    for name in SUBJECTS:
        write_quality(root / f"quality/sub-{name}.h5", tiny_quality(), **provenance)
    return TinyStudy(root, tiny_config())


def _stimuli(rng: np.random.Generator) -> Stimuli:
    n = N_TEST + N_TRAIN
    return Stimuli(
        np.array([f"s{i:02d}" for i in range(n)]),
        image=rng.integers(0, 256, (n, 16, 16, 3)).astype(np.uint8),
        caption=np.array([HOSTILE, *(f"scene {i}" for i in range(1, n))]),
        category=np.array(["face", "house"] * (n // 2)),
    )


def _responses(rng: np.random.Generator, stimuli: Stimuli) -> Responses:
    order = np.concatenate([np.arange(N_TEST)] * 3 + [np.arange(N_TEST, len(stimuli))])
    signal = rng.normal(size=(len(stimuli), N_VOXELS)) * (np.arange(N_VOXELS) < 45)
    noise = rng.normal(size=(len(order), N_VOXELS))
    n = len(order)
    trials = Trials(
        stimulus_id=stimuli.stimulus_id[order],
        session=np.full(n, "1"),
        run=np.array([f"{i // 14:02d}" for i in range(n)]),
        onset_s=np.arange(n) % 14 * 4.0,
        repeat=np.array([0] * N_TEST + [1] * N_TEST + [2] * N_TEST + [0] * N_TRAIN),
    )
    return Responses(
        (signal[order] + noise).astype(np.float32),
        trials,
        tiny_voxels(),
        unit="z",
        space="native",
        notes={"estimator": HOSTILE},
    )


def _write_encoding(root, rng, split, responses) -> None:
    scores = {name: {} for name in ENCODERS}
    for subject, one in responses.items():
        shown = find_shown(one, split)
        ceiling = estimate_ceiling(shown, [], method="repeats", seed=0)
        write_ceiling(
            root / f"ceilings/main/sub-{subject}.h5",
            ceiling,
            one.voxels,
            neighbours=neighbour_correlation(one.response, one.trials),
            split=split,
            provenance=NO_PROVENANCE,
        )
        _, mean, _ = average_repeats(shown.response, shown.item)
        for name in ENCODERS:
            noise = rng.normal(size=mean.shape) * (0.5 if name == "words" else 2)
            found = score_predictions(
                mean + noise,
                mean,
                shown.held_out,
                noise_ceiling=ceiling.noise_ceiling,
                masks=region_masks(one.voxels),
                options=OPTIONS,
            )
            scores[name][subject] = found
            _write_encoder(
                root / "{}" / f"main/{name}/sub-{subject}.h5", one, found, split
            )
    rows = tabulate_scores(scores, individuals=SUBJECTS, q=0.05, seed=0)
    write_rows(root / "scores/main/scores.tsv", rows, columns=SCORE_COLUMNS)
    rows = compare_models(scores, individuals=SUBJECTS, seed=0)
    write_rows(root / "scores/main/comparisons.tsv", rows, columns=COMPARISON_COLUMNS)


def _write_encoder(path: Path, responses: Responses, found, split) -> None:
    rng = np.random.default_rng(5)
    about = {"split_hash": split.hash}
    write_scores(
        str(path).format("scores"),
        found,
        responses.voxels,
        about=about,
        provenance=NO_PROVENANCE,
    )
    penalties = [0.1, 1.0, 10.0]
    write_store(
        str(path).format("encoders"),
        {
            "alpha": rng.choice(penalties, (1, N_VOXELS)),
            **voxel_datasets(responses.voxels),
        },
        schema="encoder",
        attributes={**about, "penalties": penalties},
        provenance=NO_PROVENANCE,
    )
    draws = {
        f"roi/{roi}": rng.normal(0, 0.02, 9) for roi in region_masks(responses.voxels)
    }
    write_store(
        str(path).format("shuffled"),
        draws,
        schema="shuffled",
        attributes=about,
        provenance=NO_PROVENANCE,
    )


def _write_decoding(root, rng, split) -> None:
    held_out = find_held_out(split, split.stimulus_id)
    target = rng.normal(size=(N_TEST, 8))
    label = np.array(["face", "house"] * (N_TEST // 2))
    found = {"reader": {}, "kinds": {}}
    for subject in SUBJECTS:
        guess = np.where(rng.random(N_TEST) < 0.8, label, label[::-1])
        said = {
            "reader": Decoded(
                "ridge", held_out, target + rng.normal(size=target.shape), target
            ),
            "kinds": Decoded("category", held_out, guess, label, np.unique(label)),
        }
        for name, decoded in said.items():
            one = score_decoder(decoded, pool_sizes=[2, 6], options=OPTIONS)
            found[name][subject] = one
            write_identification(
                root / f"identification/main/{name}/sub-{subject}.h5",
                one,
                decoded,
                about={"split_hash": split.hash},
                provenance=NO_PROVENANCE,
            )
    rows = tabulate_identification(found, individuals=SUBJECTS, seed=0)
    path = root / "identification/main/identification.tsv"
    write_rows(path, rows, columns=IDENTIFICATION_COLUMNS)


def _write_recovery(root: Path) -> None:
    lines = [
        ("median noise ceiling", "responsive", "-", 45, 0.52, "0.5000 ± 0.03", "yes"),
        ("median normalised r", "semantic", "words", 30, 0.91, ">= 0.8", "yes"),
        ("median normalised r", "semantic", "gabor", 30, 0.12, "", ""),
        ("median r", "noise", "words", 15, 0.031, "0 ± 0.02", "no"),
    ]
    rows = [dict(zip(RECOVERY, line, strict=True)) for line in lines]
    write_rows(root / "truth/recovery.tsv", rows, columns=RECOVERY)
    rng = np.random.default_rng(1)
    datasets = {}
    for subject in SUBJECTS:
        true = np.repeat([0.5, 0.0], [45, 15])
        datasets[f"sub-{subject}/true_ceiling"] = true
        datasets[f"sub-{subject}/noise_ceiling"] = true + rng.normal(0, 0.05, 60)
        datasets[f"sub-{subject}/population"] = np.repeat(
            ["semantic", "noise"], [45, 15]
        )
    write_store(root / "truth/recovery.h5", datasets, schema="recovery")

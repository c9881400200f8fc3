"""Three subjects of one scanner: what a decoder that they share is given."""

from dataclasses import replace

import numpy as np

from boldwise.decoders.shared_data import SharedData
from boldwise.evaluation.splits import TEST, TRAIN, UNUSED, Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.responses.records import Responses, Trials, Voxels

N_OWN, N_TEST, N_VOXELS, WIDTH = 40, 15, 30, 6
TINY = {
    "kind": "shared_latent",
    "target": ["image"],
    "latent": 8,
    "n_blocks": 1,
    "dropout": 0.0,
    "subject_map": {"kind": "linear", "voxel_dropout": 0.0},
    "heads": {},
    "low_level_px": 0,
    "objective": {"soft_temperature": [0.1, 0.1]},
    "validation_share": 0.1,
    "training": {"n_epochs": 6, "batch_size": 8, "learning_rate": 1e-2, "prefetch": 0},
}
NEW = {
    **{"budgets": [20, 40], "unit": "trials", "modes": ["scratch", "linear"]},
    **{"validation_share": 0.1, "rank": 2, "known_beside": False},
    "training": {"n_epochs": 2, "batch_size": 8, "learning_rate": 1e-2, "prefetch": 0},
    "then": {"n_epochs": 1, "batch_size": 8, "prefetch": 0},
}


def shared_data(subjects=("a", "b", "c"), *, seed=0, noise=0.5):
    """Each subject saw stimuli of their own, once, and the test stimuli, twice."""
    rng = np.random.default_rng(seed)
    names = ("a", "b", "c")
    own = {name: [f"{name}{i:02d}" for i in range(N_OWN)] for name in names}
    tested = [f"t{i:02d}" for i in range(N_TEST)]
    ids = np.array([*own["a"], *own["b"], *own["c"], *tested])
    feature = rng.standard_normal((len(ids), WIDTH)).astype("f4")
    place = {one: row for row, one in enumerate(ids)}
    responses = {}
    for name in names:
        shown = rng.permutation([*own[name], *tested, *tested])
        mixing = rng.standard_normal((WIDTH, N_VOXELS))
        signal = feature[[place[one] for one in shown]] @ mixing
        signal += noise * rng.standard_normal(signal.shape)
        responses[name] = respond(signal, shown)
    part = np.where(np.isin(ids, tested), TEST, TRAIN)[None]
    inner = np.where(part == TRAIN, np.arange(len(ids)) % 4, -1)
    split = Split("main", ids, part, inner, np.array(["shared"]), "-")
    return SharedData(
        subjects={name: responses[name] for name in subjects},
        split=split,
        targets={"image": FittedFeatures(ids, feature[None])},
        stimuli=Stimuli(ids, group=np.array([one[0] for one in ids])),
        keep="stimulus",
    )


def respond(signal, shown, *, trials_per_run=35, unit=10.0):
    """Trials every 4 s in runs; two regions, and a voxel in none."""
    n_trials, n_voxels = signal.shape
    run = np.array([f"{i // trials_per_run:02d}" for i in range(n_trials)])
    onset = 4.0 * (np.arange(n_trials) % trials_per_run)
    trials = Trials(np.asarray(shown), run, run, onset, np.zeros(n_trials, int))
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (4, 4, 4)), axis=1)
    roi = {
        "V1": np.arange(n_voxels) < 12,
        "V2": (np.arange(n_voxels) >= 10) & (np.arange(n_voxels) < n_voxels - 1),
    }
    voxels = Voxels(ijk, (4, 4, 4), np.eye(4), roi)
    return Responses((unit * signal).astype("f4"), trials, voxels, unit="z")


def ungrouped(data):
    """Give the same without declared groups."""
    return replace(data, stimuli=Stimuli(data.split.stimulus_id))


def with_part(data, stimulus_id, part):
    """Give the same with some stimuli on another side of the split, or on none."""
    parts = {"test": TEST, "train": TRAIN, "unused": UNUSED}
    changed = data.split.part.copy()
    changed[:, np.isin(data.split.stimulus_id, stimulus_id)] = parts[part]
    return replace(data, split=replace(data.split, part=changed))

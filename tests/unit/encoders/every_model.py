"""Every kind of trained encoder, small, on one study; all go through one door."""

from dataclasses import dataclass, replace

import numpy as np

from boldwise.encoders.trained import Bench
from boldwise.encoders.trained_rows import take_subject
from boldwise.encoders.trained_task import Sources, TokenSpace
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.responses.records import Responses, Trials, Voxels

N, N_TEST, N_VOXELS, GRID, WIDTH = 48, 8, 6, (2, 3), 8
SUBJECTS = ("01", "02")
TRAINING = {"n_epochs": 3, "batch_size": 12, "learning_rate": 0.01, "seed": 0}
COMMON = {"validation_share": 0.2, "dropout": 0.2, "n_heads": 1}
QUERIES = {
    **COMMON,
    **{"kind": "region_query", "granularity": "roi", "streams": {}, "n_queries": 2},
    **{"hidden": 5, "n_seeds": 1},
}
PLACES = {**COMMON, "kind": "spatial_readout", "moves": ["fields", "maps", "gains"]}
UNIVERSAL = {
    **{**COMMON, "kind": "voxel_embedding", "embedding": 5, "narrowed": 4},
    **{"hidden": 3, "cosine": 0.1, "n_drawn": 4},
}
EXAMPLES = {
    **{**COMMON, "kind": "in_context", "width": 4, "n_blocks": 2, "n_registers": 2},
    **{"n_least": 5, "n_most": 20, "n_asked": 5, "n_synthetic": 4, "solve": True},
    "learned_prior": True,
    "n_remembered": 8,
}
OWN = {
    **{**COMMON, "kind": "response_optimised", "n_features": 4, "n_blocks": 1},
    **{"kernel": 5, "stride": 4, "readout": "gaussian", "core": "convolutional"},
}
MODELS = {
    "region-query": QUERIES,
    "region-query, 8 heads": {**QUERIES, "n_heads": 8},
    "region-query, voxels": {**QUERIES, "granularity": "voxel", "hidden": 0},
    "region-query, learned": {**QUERIES, "granularity": "learned"},
    "gaussian readout": {**PLACES, "readout": "gaussian"},
    "factorised readout": {**PLACES, "readout": "factorised"},
    "semantic readout": {**PLACES, "readout": "semantic"},
    "voxel-embedding": UNIVERSAL,
    "in-context": EXAMPLES,
    "in-context, as published": {**EXAMPLES, "solve": False},
    "response-optimised": OWN,
    "response-optimised, transformer": {**OWN, "core": "transformer", "n_heads": 2},
}


@dataclass
class World:
    """Responses (N, V) of two subjects, and what describes the stimuli."""

    response: dict
    token: np.ndarray  # (2 levels, N, T, D)
    vector: np.ndarray
    picture: np.ndarray
    group: np.ndarray


IDS = np.array([f"s{i:02d}" for i in range(N)])
TESTED = np.arange(N) >= N - N_TEST


def draw_world(shift=0.0):
    """Draw a study whose tokens lie ``shift`` from 0; stimuli come in pairs."""
    rng = np.random.default_rng(0)
    token = rng.standard_normal((2, N, GRID[0] * GRID[1], WIDTH))
    drive = token.mean(2)[0]
    response = {}
    for name in SUBJECTS:
        signal = drive @ rng.standard_normal((WIDTH, N_VOXELS))
        noise = 0.3 * rng.standard_normal(signal.shape)
        response[name] = (signal + noise).astype("f4")
    return World(
        response=response,
        token=(token + shift).astype("f2"),
        vector=drive.astype("f4"),
        picture=rng.integers(0, 256, (N, 12, 12, 3)).astype("u1"),
        group=np.array([f"pair{i // 2}" for i in range(N)]),
    )


def bench_of(world, options, *, training=None, **more):
    """Lay a world out for ``trained.train_encoder``: one fold, two subjects."""
    rows = {name: _rows_of(world, one) for name, one in world.response.items()}
    back = slice(None, None, -1)  # descriptions never lie in the order of responses
    spaces = tuple(
        TokenSpace(f"level{k}", IDS[back], one[back], GRID)
        for k, one in enumerate(world.token)
    )
    levels = spaces if options["kind"] == "voxel_embedding" else spaces[:1]
    vectors = FittedFeatures(IDS[back], world.vector[None, back])
    sources = Sources(levels, (vectors,), IDS[back], world.picture[back])
    both = options["kind"] in ("voxel_embedding", "response_optimised")
    return Bench(
        rows if both or options["kind"] == "in_context" else {"01": rows["01"]},
        SUBJECTS if both else ("01",),
        sources,
        {**options, "training": {**TRAINING, **(training or {})}},
        **more,
    )


def _rows_of(world, response):
    one = np.full(N, "1")
    onset = np.arange(N, dtype=float)
    trials = Trials(IDS, one, one, onset_s=onset, repeat=np.zeros(N, int))
    ijk = np.stack(np.unravel_index(np.arange(N_VOXELS), (2, 2, 2)), axis=1)
    roi = {"even": np.arange(N_VOXELS) % 2 == 0, "few": np.arange(N_VOXELS) < 2}
    voxels = Voxels(ijk, (2, 2, 2), np.eye(4), roi)
    state = np.where(TESTED, TEST, TRAIN)[None]
    inner = np.where(TESTED, -1, np.arange(N) // 2 % 4)[None]
    split = Split("main", IDS, state, inner, np.array(["fold"]), "-")
    stimuli = Stimuli(stimulus_id=IDS, group=world.group)
    return take_subject(
        Responses(response, trials, voxels), split, stimuli, keep="group"
    )


def with_other_tests(world):
    """Change everything about the test stimuli: responses, tokens, pictures."""
    other = replace(
        world,
        response={name: one.copy() for name, one in world.response.items()},
        **{name: vars(world)[name].copy() for name in ("token", "vector", "picture")},
    )
    for one in other.response.values():
        one[TESTED] += 5
    other.token[:, TESTED] *= -3
    other.vector[TESTED] *= -3
    other.picture[TESTED] = 255 - other.picture[TESTED]
    return other

"""Small options of every kind of trained encoder, and a bench of two subjects."""

from boldwise.encoders.trained import Bench

TRAINING = {"n_epochs": 2, "batch_size": 16, "learning_rate": 0.01, "seed": 0}
ALL = {"validation_share": 0.2, "training": TRAINING, "n_heads": 1, "dropout": 0.0}
QUERIES = {
    **{"kind": "region_query", **ALL, "granularity": "hemisphere", "streams": {}},
    **{"n_queries": 2, "hidden": 0, "n_seeds": 1},
}
PLACES = {"kind": "spatial_readout", **ALL, "readout": "gaussian", "moves": ["gains"]}
UNIVERSAL = {
    **{"kind": "voxel_embedding", **ALL, "embedding": 4, "narrowed": 4},
    **{"hidden": 4, "cosine": 0.1, "n_drawn": 3},
}
EXAMPLES = {
    **{"kind": "in_context", **ALL, "width": 4, "n_blocks": 1, "n_registers": 1},
    **{"solve": True, "n_least": 5, "n_most": 500, "n_asked": 5, "n_synthetic": 4},
    "learned_prior": True,
    "n_remembered": 4,
}
OWN = {
    **{"kind": "response_optimised", **ALL, "core": "convolutional", "kernel": 4},
    **{"n_features": 3, "n_blocks": 0, "stride": 4, "readout": "gaussian"},
}


def bench(rows, sources, options, *, wanted=("01", "02"), **more):
    """Give the same rows to both subjects."""
    return Bench({"01": rows, "02": rows}, wanted, sources, options, **more)

"""Decoders of several subjects meet in one matrix each."""

import numpy as np

from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli
from boldwise.io.similarity_matrices import read_similarities
from boldwise.io.stores import write_store

IDS = np.array(["a", "b", "c", "d"])
PART = np.array([[1, 2, 2, 2]], np.int8)
SPLIT = Split("main", IDS, PART, np.array([[0, -1, -1, -1]]), np.array(["1"]), "-")


def test_stores_of_one_decoder_are_averaged(tmp_path):
    rng, paths = np.random.default_rng(0), []
    target = rng.normal(size=(3, 6))
    for subject in ("01", "02"):
        paths.append(tmp_path / f"reader/sub-{subject}.h5")
        write_store(
            paths[-1],
            {
                "stimulus_id": IDS[1:],
                "fold": np.zeros(3, np.int64),
                "prediction": target,
                "target": target,
            },
            schema="decoder",
            attributes={"split_hash": SPLIT.hash, "kind": "ridge", "unit": "-"},
            provenance={},
        )

    found = read_similarities(paths, SPLIT, Stimuli(IDS))

    assert list(found) == ["reader"]
    np.testing.assert_allclose(found["reader"].r.diagonal(), 1)
    np.testing.assert_allclose(found["reader"].r, np.corrcoef(target), atol=1e-12)
    assert found["reader"].n_subjects == 2

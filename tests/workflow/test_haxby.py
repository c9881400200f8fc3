"""Blocks of pictures from BOLD to categories: responses worth more than block means."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from boldwise.io.records import read_responses
from boldwise.io.stores import open_store

pytestmark = pytest.mark.workflow
ROOT = Path(__file__).parents[2]
DATA = (ROOT / "../shared/data/haxby2001_pymvpa").resolve()


@pytest.fixture(scope="module", params=["haxby", "haxby-25mm"])
def decode(request, run_in, tmp_path_factory):
    """Give a decoder of the 8 categories by responses that are estimated some way."""
    if not DATA.is_dir():
        pytest.skip("the shared example data are not here")
    example = yaml.safe_load(
        (ROOT / f"config/examples/{request.param}.yaml").read_text()
    )
    example["dataset"]["root"] = str(DATA)
    folders = []

    def run(**estimate):
        folder = tmp_path_factory.mktemp("haxby")
        folders.append(folder)
        chosen = dict(example["responses"])
        if estimate:
            chosen = {k: v for k, v in chosen.items() if k not in ("hrf", "ridge")}
        path = folder / "haxby.yaml"
        path.write_text(yaml.safe_dump(example | {"responses": chosen | estimate}))
        run_in(folder, path).snakemake("decoders")
        results = folder / "results" / request.param
        decoded = results / "decoders/runs/category/sub-001.h5"
        with open_store(decoded, schema="decoder") as store:
            hit = store["label"] == store["predicted_label"]
        return np.mean(hit), read_responses(results / "responses/sub-001.h5")

    yield run
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def test_estimated_responses_tell_categories_no_worse_than_block_means(decode):
    correct, responses = decode()
    means = [
        decode(estimate="block_mean", block_delay_s=delay_s)[0] for delay_s in (0, 5)
    ]

    assert responses.notes["estimate"] == "single_trial_ridge"
    assert (len(responses.trials), len(np.unique(responses.trials.run))) == (96, 12)
    assert responses.warnings == []
    assert min(means) > 0.125  # chance
    assert correct >= max(means) - 0.05

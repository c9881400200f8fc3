"""Real people: alignment by function recovers what anatomy gives, and more.

8 people saw 120 clips, two of each of 60 actions. Three folds of whole actions: 80
clips to align on, 40 to identify from the mean of the other seven, penalties by inner
folds of actions. For alignment by function each person's voxels are hidden behind a
random rotation of its own, so that places tell nothing. ``benchmarks/alignment.py``
gives the same for every method.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from boldwise.decoders.data import DecodingData
from boldwise.decoders.run import decode_over_folds
from boldwise.evaluation.identification import identify
from boldwise.evaluation.make_splits import make_split
from boldwise.features.records import Stimuli
from boldwise.io.stimulus_files import StimulusSource, find_stimuli
from boldwise.io.subjects import read_subject
from boldwise.settings.alignment import AcrossSubjects
from boldwise.settings.config import load_config
from boldwise.settings.models import KFold
from boldwise.settings.sources import response_source, stimulus_source
from boldwise.simulate.hidden_anatomy import hide_anatomy

REPOSITORY = Path(__file__).parents[2]
CHANCE = 1 / 40
READOUT = {"readout": "ridge", "whiten": True}
BEST = {"kind": "shared_response", "n_components": 40, **READOUT}

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def people():
    """Responses of 8 people, and a split into 3 folds of actions."""
    path = REPOSITORY / "config" / "examples" / "tarhan.yaml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    root = REPOSITORY / raw["dataset"]["root"]
    if not root.exists():
        pytest.skip("the data of tarhan.yaml are not on this machine")
    raw["dataset"]["root"] = str(root)
    config = load_config(raw)
    source, options = response_source(config.dataset), config.responses.model_dump()
    names = config.dataset.subjects
    responses = [read_subject(source, one, options) for one in names]
    columns, _ = find_stimuli(
        StimulusSource(**stimulus_source(config.dataset, continuous=False))
    )
    stimuli = Stimuli(columns["stimulus_id"], group=columns["group"])
    folds = KFold(kind="k_fold", by="group", n_folds=3, n_cv_folds=5).model_dump()
    seen = {name: one.trials for name, one in zip(names, responses, strict=True)}
    return responses, make_split(seen, stimuli, name="actions", options=folds)


def hide(responses):
    return [
        replace(one, response=hide_anatomy(one.response, rng=rng).astype(np.float32))
        for one, rng in zip(responses, np.random.default_rng(0).spawn(8), strict=True)
    ]


def identified(responses, split, **alignment):
    """Top-1 and two-way, mean over people."""
    options = AcrossSubjects(
        kind="across_subjects", alignment={"kind": "anatomical", **alignment}
    ).model_dump()
    found = []
    for k, own in enumerate(responses):
        data = DecodingData(own, split, others=responses[:k] + responses[k + 1 :])
        decoded = decode_over_folds(data, options)
        pair = decoded.arrays["prediction"], decoded.arrays["target"]
        rank = identify(*pair, decoded.fold, centre=True).rank
        found.append(((rank == 1).mean(), ((40 - rank) / 39).mean()))
    return np.mean(found, axis=0)


def test_function_recovers_what_anatomy_gave_behind_a_random_rotation(people):
    responses, split = people
    assert [len(split.train_ids(k)) for k in range(3)] == [80, 80, 80]
    hidden = hide(responses)

    plain = identified(responses, split)[0]
    same_readout = identified(responses, split, **READOUT)[0]
    best = identified(hidden, split, **BEST)[0]
    lost = identified(hidden, split)

    assert best - CHANCE >= 1.00 * (plain - CHANCE)
    assert best - CHANCE >= 0.95 * (same_readout - CHANCE)
    assert lost[0] < 0.06  # and anatomy tells nothing any more
    assert abs(lost[1] - 0.5) < 0.05


def test_each_part_of_the_readout_adds_to_the_shared_response(people):
    responses, split = people
    kind = {"kind": "shared_response", "n_components": 40}

    plain = identified(responses, split, **kind)[0]
    ridge = identified(responses, split, **kind, readout="ridge")[0]
    whitened = identified(responses, split, **BEST)[0]

    assert plain < ridge < whitened


def test_parcels_of_the_true_anatomy_beat_the_whole_and_plain_anatomy(people):
    responses, split = people

    plain = identified(responses, split)[0]
    whole = identified(responses, split, kind="procrustes")[0]
    parted = identified(responses, split, kind="procrustes", n_parcels=20)[0]

    assert parted > whole + 0.05
    assert parted > plain + 0.1

"""A region that knows the features is told from one that does not."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.ablation import ablate_decoder, choose_masks
from boldwise.decoders.run import decode_over_folds
from boldwise.errors import DataError
from boldwise.evaluation.identification import identify

PENALTIES = {"low": 0.1, "high": 1e5, "n": 5}
BY_REGION = {"by": "regions", "networks": {}, "min_voxels": 10}
OPTIONS = {"kind": "ridge", "penalties": PENALTIES, "ablation": BY_REGION}
DRAWS = {"n_permutations": 99, "seed": 0}


@pytest.fixture
def parted(data):
    """Thirty voxels that know, sixty of noise, five in a small region."""
    one, rng = data.responses, np.random.default_rng(1)
    response = one.response.copy()
    response[:, 30:] = rng.normal(size=response[:, 30:].shape)
    place = np.arange(response.shape[1])
    roi = {"knows": place < 30, "noise": place >= 30, "small": place < 5}
    return replace(
        data,
        responses=replace(one, response=response, voxels=replace(one.voxels, roi=roi)),
    )


def test_the_region_that_knows_carries_the_decoding(parted):
    found = ablate_decoder(parted, OPTIONS, **DRAWS)

    alone = dict(zip(found.region, found.alone.mean(axis=1), strict=True))
    left_out = dict(zip(found.region, found.left_out.mean(axis=1), strict=True))
    assert alone["knows"] > 0.8
    assert left_out["knows"] == pytest.approx(0.5, abs=0.12)
    assert alone["noise"] == pytest.approx(left_out["knows"])
    assert found.lost_p[0] == 1 / 100
    assert found.too_small == ["small"]


def test_all_voxels_are_scored_as_the_decoder_is(parted):
    found = ablate_decoder(parted, OPTIONS, **DRAWS)

    said = decode_over_folds(parted, OPTIONS)
    ranks = identify(said.arrays["prediction"], said.arrays["target"], said.fold)
    expected = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
    np.testing.assert_allclose(found.all_voxels, expected)
    assert found.stimulus_id.tolist() == said.stimulus_id.tolist()


def test_nothing_is_left_without_all_voxels(parted):
    voxels = replace(parted.responses.voxels, roi={"brain": np.ones(90, bool)})
    whole = replace(parted, responses=replace(parted.responses, voxels=voxels))

    found = ablate_decoder(whole, OPTIONS, **DRAWS)

    assert np.isnan(found.left_out).all()
    np.testing.assert_array_equal(found.alone[0], found.all_voxels)


def test_networks_join_regions_by_pattern():
    regions = {f"V{k}": np.arange(6) == k for k in range(3)} | {"FFA": np.ones(6, bool)}
    options = {"by": "networks", "networks": {"early": ["V*"]}, "min_voxels": 1}

    masks, small = choose_masks(regions, options)

    assert masks["early"].tolist() == [True] * 3 + [False] * 3
    assert small == []


REGIONS = {"V1": np.arange(9) < 4}
REFUSED = {
    "no regions of interest to ablate": ({}, BY_REGION),
    r"none of 1 regions has 10 voxels, the largest has 4": (REGIONS, BY_REGION),
    r"network 'late' names no region of this subject: 'IT'": (
        REGIONS,
        {"by": "networks", "networks": {"late": ["IT"]}, "min_voxels": 1},
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_regions_that_cannot_be_ablated_are_refused(message):
    with pytest.raises(DataError, match=message):
        choose_masks(*REFUSED[message])


def test_an_ablation_needs_a_target(parted):
    with pytest.raises(DataError, match=r"an ablation decodes a feature space"):
        ablate_decoder(replace(parted, target=None), OPTIONS, **DRAWS)

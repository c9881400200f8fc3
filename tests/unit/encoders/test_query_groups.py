"""Which queries a voxel reads."""

import numpy as np
import pytest

from boldwise.encoders.query_groups import distinct_sets, group_queries
from boldwise.errors import ConfigError, ShapeMismatchError

SIDES = np.array(["L", "L", "R", "R"])
ROI = {
    "V1": np.array([True, False, True, False]),
    "FFA": np.array([True, False, False, False]),
}


def test_each_region_has_a_query_per_hemisphere_and_the_rest_has_one_too():
    groups = group_queries(ROI, SIDES)

    assert groups.name.tolist() == [
        "V1 L",
        "V1 R",
        "FFA L",
        "elsewhere L",
        "elsewhere R",
    ]
    np.testing.assert_array_equal(groups.member.sum(0), [2, 1, 1, 1])


def test_streams_join_regions():
    groups = group_queries(
        ROI, SIDES, granularity="stream", streams={"ventral": ["V1", "FFA"]}
    )

    assert groups.name.tolist() == [
        "ventral L",
        "ventral R",
        "elsewhere L",
        "elsewhere R",
    ]
    np.testing.assert_array_equal(groups.member.sum(0), 1)


def test_a_stream_without_regions_and_an_empty_region_have_no_query():
    roi = {**ROI, "none": np.zeros(4, bool)}
    streams = {"ventral": ["V1"], "dorsal": [], "lateral": ["none"]}

    groups = group_queries(roi, SIDES, granularity="stream", streams=streams)

    assert {name.split()[0] for name in groups.name} == {"ventral", "elsewhere"}
    assert not any("none" in name for name in group_queries(roi, SIDES).name)


@pytest.mark.parametrize(
    ("granularity", "n_queries"), [("hemisphere", 2), ("voxel", 4)]
)
def test_coarser_and_finer_queries(granularity, n_queries):
    groups = group_queries(ROI, SIDES, granularity=granularity)

    assert groups.member.shape == (n_queries, 4)
    np.testing.assert_array_equal(groups.member.sum(0), 1)


def test_sets_are_found_as_by_brute_force():
    member = np.random.default_rng(0).random((9, 50)) < 0.3

    sets, set_of = distinct_sets(member)

    np.testing.assert_array_equal(sets[set_of].T, member)
    assert len(sets) == len({tuple(column) for column in member.T})


def test_a_stream_of_an_unknown_region_is_refused():
    with pytest.raises(ConfigError, match=r"'x' names region 'V9'.*'V1', 'FFA'"):
        group_queries(ROI, SIDES, granularity="stream", streams={"x": ["V9"]})


def test_an_unknown_granularity_is_refused():
    with pytest.raises(ConfigError, match="granularity 'lobe' is not known"):
        group_queries(ROI, SIDES, granularity="lobe")


def test_masks_of_another_length_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"4 voxels, .*'V1': 3"):
        group_queries({"V1": np.ones(3, bool)}, SIDES)

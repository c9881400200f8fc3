"""Mirrors src/boldwise/responses/volumes.py."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.runs import volume_ids
from boldwise.responses.volumes import count_volumes, read_volume_ids


def test_ids_are_read_as_they_are_made():
    ids = volume_ids("wheretheres_smoke-2", 3)

    assert read_volume_ids(ids) == [("wheretheres_smoke-2", k) for k in range(3)]


def test_missing_volumes_count():
    ids = np.concatenate([volume_ids("1", 5)[[0, 4]], volume_ids("2", 2)])

    assert count_volumes(ids) == {"1": 5, "2": 2}


@pytest.mark.parametrize("one", ["cat", "run-1", "run-1_volume-x", "1_volume-0001"])
def test_other_ids_are_named(one):
    with pytest.raises(DataError, match=rf"1 ids name no run and volume .*'{one}"):
        read_volume_ids(np.array([one]))

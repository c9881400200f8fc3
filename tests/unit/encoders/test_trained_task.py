"""Token spaces of one fit describe the same stimuli."""

import numpy as np
import pytest

from boldwise.encoders.trained_task import Sources, TokenSpace
from boldwise.errors import DataError


def space(name, *ids):
    return TokenSpace(name, np.array(ids), np.zeros((len(ids), 4, 3), "f2"), (2, 2))


def test_ids_are_those_of_every_space():
    sources = Sources(tokens=(space("a", "s2", "s1"), space("b", "s2", "s1")))

    assert sources.token_ids().tolist() == ["s2", "s1"]


@pytest.mark.parametrize("ids", [("s1", "s2"), ("s2",), ("s2", "s3")])
def test_spaces_of_other_stimuli_or_another_order_are_refused(ids):
    sources = Sources(tokens=(space("a", "s2", "s1"), space("late", *ids)))

    with pytest.raises(DataError, match=r"'a' and 'late' do not describe.*Delete both"):
        sources.token_ids()

"""Whatever a file holds, a reader reads it or refuses it in a sentence."""

import re
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from fuzz_targets import WORDS, mutate, targets

N_EXAMPLES = 40
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["flip", "cut", "drop", "add", "word", "double"]),
        st.integers(0, 255),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("name", sorted(targets()))
def test_the_files_that_are_changed_can_be_read(name):
    for content in targets()[name].seeds:
        assert targets()[name].try_bytes(content) == ""


@pytest.mark.parametrize("name", sorted(targets()))
@settings(
    derandomize=True,
    max_examples=N_EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(edits=EDITS, seed=st.integers(0, 7))
def test_a_changed_file_is_read_or_refused_in_a_sentence(name, edits, seed):
    target = targets()[name]
    content = mutate(target.seeds[seed % len(target.seeds)], edits)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = target.try_bytes(content)

    assert not told or re.search(r"\w{2,}.*\w{2,}", told)


@pytest.mark.parametrize("name", sorted(targets()))
@settings(
    derandomize=True,
    max_examples=N_EXAMPLES // 2,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(content=st.binary(max_size=400))
def test_any_bytes_at_all_are_read_or_refused(name, content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        targets()[name].try_bytes(content)

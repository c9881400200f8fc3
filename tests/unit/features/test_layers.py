"""Names of layers can be names of files."""

import pytest

from boldwise.features.layers import layer_slug


@pytest.mark.parametrize(
    ("layer", "slug"),
    [("blocks.3", "blocks-3"), ("a/b_c d", "a-b-c-d"), (-1, "-1"), ("7", "7")],
)
def test_what_is_no_letter_or_digit_becomes_a_dash(layer, slug):
    assert layer_slug(layer) == slug

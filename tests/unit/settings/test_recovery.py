"""Which encoders must find the truth follows from what their features are."""

import pytest

from boldwise.settings.config import load_config
from boldwise.settings.recovery import encoders_by_population

SPACES = {
    "gabor": {"kind": "gabor_pyramid"},
    "text": {"kind": "open_clip", "tower": "text"},
    "image": {"kind": "open_clip"},
    "words": {"kind": "tfidf"},
    "properties": {"kind": "given", "path": "properties.tsv"},
}


def config_with(**encoders):
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "tiny", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": SPACES,
            "encoders": {
                name: {"kind": "ridge", "features": features}
                for name, features in encoders.items()
            },
        }
    )


@pytest.mark.parametrize(
    ("space", "population"),
    [
        ("gabor", "early_visual"),
        ("words", "semantic"),
        ("properties", "category"),
    ],
)
def test_a_right_space_is_found_by_its_kind(space, population):
    found = encoders_by_population(config_with(gabor=["gabor"], one=[space]))

    assert "one" in found[population]
    assert sum("one" in names for names in found.values()) == 1


@pytest.mark.parametrize("space", ["image", "text"])
def test_other_spaces_must_find_nothing(space):
    found = encoders_by_population(config_with(gabor=["gabor"], one=[space]))

    assert all("one" not in names for names in found.values())


def test_joined_spaces_are_not_the_right_one_of_anything():
    found = encoders_by_population(config_with(gabor=["gabor"], one=["gabor", "words"]))

    assert all("one" not in names for names in found.values())

"""Spaces made of others: told by their kind, and never made of a shuffled one."""

import pytest
from pydantic import TypeAdapter, ValidationError

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.derived import DerivedSpace, Layer, Shuffled
from boldwise.settings.expansion import (
    control_entries,
    control_space,
    derived_spaces,
    entry_of,
    names_of,
    store_options,
    taken_names,
)

READ = TypeAdapter(DerivedSpace)
NET = {
    **{"kind": "open_clip", "read": "tokens", "layers": ["a.1", "a.2"]},
    **{"n_components": 5, "controls": ["untrained", "pixels", "shuffled"]},
}
FLAT = {"kind": "layer", "of": "net", "layer": "a.2", "pool": "flatten"}


def spaces_of(**spaces):
    """Give the spaces of a study with a network of two layers."""
    config = load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"net": NET, "words": {"kind": "tfidf"}, **spaces},
        }
    )
    return config.feature_spaces


@pytest.mark.parametrize(
    "space",
    [
        Layer(kind="layer", of="net", layer="a.1", n_components=3, pool="max"),
        Layer(kind="layer", of="net", layer=-1, projection={"epsilon": 0.2}),
        Shuffled(kind="shuffled", of="net", seed=4),
    ],
    ids=["name", "index", "shuffled"],
)
def test_a_space_that_was_written_reads_the_same(space):
    assert READ.validate_json(READ.dump_json(space)) == space


def test_an_index_stays_a_number_and_a_name_text():
    index, name = (Layer(kind="layer", of="net", layer=one) for one in (3, "3"))

    assert (index.layer, name.layer) == (3, "3")
    assert index != name


def test_a_shuffled_space_is_reduced_as_its_origin_and_not_by_itself():
    with pytest.raises(ValidationError, match="n_components"):
        READ.validate_python({"kind": "shuffled", "of": "net", "n_components": 3})


def test_seeds_are_not_negative_and_names_can_be_names_of_files():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Shuffled(kind="shuffled", of="net", seed=-1)
    with pytest.raises(ValidationError, match="pattern"):
        Layer(kind="layer", of="net/a", layer=0)


@pytest.mark.parametrize("of", ["words", "net-a-1", "flat"])
def test_a_shuffle_takes_what_its_origin_takes_in_another_order(of):
    spaces = spaces_of(flat=FLAT, mixed={"kind": "shuffled", "of": of, "seed": 3})

    wanted = {**store_options(spaces, of), "shuffle_seed": 3}
    assert store_options(spaces, "mixed") == wanted
    assert entry_of(spaces, "mixed") == entry_of(spaces, of)


@pytest.mark.parametrize("of", ["net-a-1-shuffled", "net-a-2-shuffled"])
def test_what_is_shuffled_is_not_shuffled_again(of):
    origin = of.removesuffix("-shuffled")
    sentence = (
        rf"feature_spaces\.again\.of: '{of}' is shuffled already; name '{origin}', "
        "with another `seed`"
    )
    with pytest.raises(ConfigError, match=sentence):
        spaces_of(again={"kind": "shuffled", "of": of, "seed": 3})


def test_each_control_is_found_for_each_kind_of_space():
    spaces = spaces_of(flat=FLAT)

    found = {
        name: [control_space(spaces, name, one) for one in NET["controls"]]
        for name in ("net-a-1", "flat", "words")
    }

    assert found == {
        "net-a-1": ["net-untrained-a-1", "net-pixels", "net-a-1-shuffled"],
        "flat": ["flat-untrained", "net-pixels", "flat-shuffled"],
        "words": [None, None, None],
    }
    assert control_entries(spaces) == {"net-untrained", "net-pixels"}


def test_controls_have_no_controls_and_the_same_layers():
    spaces = spaces_of()

    assert spaces["net-untrained"].controls == []
    assert spaces["net-untrained"].weights == "untrained"
    layers = ["net-untrained-a-1", "net-untrained-a-2"]
    assert names_of(spaces, "net-untrained") == layers
    assert all(spaces[one].n_components == 5 for one in layers)
    assert spaces["net-pixels"].n_components == 5


def test_what_was_made_takes_no_name_from_itself():
    spaces = spaces_of(flat=FLAT)

    assert taken_names(spaces) == []
    assert {name for name, _ in derived_spaces(spaces)} <= spaces.keys()

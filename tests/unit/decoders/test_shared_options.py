"""What the config says is what the library gets, default by default."""

from dataclasses import replace

import pytest
from shared_world import NEW, TINY

from boldwise.decoders.adaptation import AdaptationOptions
from boldwise.decoders.fit_shared_latent import SharedLatentOptions
from boldwise.decoders.heads import HeadOptions
from boldwise.decoders.shared_options import adaptation_modes, shared_options


def test_heads_lose_what_is_about_their_target_alone():
    heads = {"image": {"kind": "linear", "tokens": True, "n_projections": 2}}

    found = shared_options({**TINY, "heads": heads})

    assert found.decoder.heads == {"image": HeadOptions("linear", 2)}


def test_a_low_level_branch_is_a_head_that_paints():
    found = shared_options({**TINY, "low_level_px": 8})

    assert found.decoder.heads == {"picture": HeadOptions("picture")}


def test_every_part_arrives():
    found = shared_options(
        {
            **TINY,
            "subject_map": {"kind": "parcels", "shared": True},
            "objective": {"cycle": 0.5, "soft_temperature": [0.2, 0.1]},
        }
    )

    assert isinstance(found, SharedLatentOptions)
    assert found.decoder.latent == 8
    assert found.decoder.subject_map.shared
    assert found.decoder.objective.cycle == 0.5
    assert found.decoder.objective.soft_temperature == (0.2, 0.1)
    assert found.training.batch_size == 8


def test_modes_differ_in_the_mode_alone():
    modes = adaptation_modes({**NEW, "modes": ["low_rank", "scratch"]})

    assert [one.mode for one in modes] == ["low_rank", "scratch"]
    assert replace(modes[0], mode="scratch") == modes[1]
    assert isinstance(modes[0], AdaptationOptions)
    assert modes[0].rank == 2
    assert modes[0].then.n_epochs == 1


@pytest.mark.parametrize("name", ["latent", "n_blocks", "dropout", "validation_share"])
def test_nothing_that_is_needed_is_made_up(name):
    with pytest.raises(KeyError, match=name):
        shared_options({key: one for key, one in TINY.items() if key != name})

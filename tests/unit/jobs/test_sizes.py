"""Mirrors src/boldwise/jobs/sizes.py."""

import pytest

from boldwise.errors import ConfigError
from boldwise.jobs.sizes import Sizes, as_plain, sizes_of, width_of
from boldwise.settings.config import load_config

REST = {
    "splits": {"main": {"kind": "shared_images"}},
    "feature_spaces": {"words": {"kind": "tfidf"}},
    "encoders": {"words": {"kind": "ridge", "features": ["words"]}},
}


@pytest.fixture
def simulated():
    """Give a study of 3 subjects that see 40 images alone and 10 together."""
    data = {"kind": "simulated", "name": "s", "subjects": ["1", "2", "3"]}
    return load_config(
        {"dataset": {**data, "n_shared": 10, "n_unique": 40, "n_repeats": 2}, **REST}
    )


def test_a_simulated_study_tells_its_own_sizes(simulated):
    sizes = sizes_of(simulated, {})

    assert (sizes.subjects, sizes.stimuli) == (3, 10 + 3 * 40)
    assert (sizes.seen, sizes.train, sizes.test, sizes.trials) == (50, 40, 10, 60)
    assert sizes.voxels == 1000
    assert sizes.pixels == 64**2


def test_what_is_not_given_keeps_its_proportion(simulated):
    sizes = sizes_of(simulated, {"stimuli": 1300, "voxels": 7, "subjects": None})

    assert (sizes.seen, sizes.test, sizes.train, sizes.trials) == (500, 100, 400, 600)
    assert (sizes.subjects, sizes.voxels) == (3, 7)


def test_what_is_given_holds(simulated):
    given = {"stimuli": 73_000, "seen": 10_000, "test": 1_000, "trials": 30_000}

    sizes = sizes_of(simulated, given)

    assert {name: getattr(sizes, name) for name in given} == given
    assert sizes.train == 9_000


def test_no_training_stimuli_left_is_refused(simulated):
    with pytest.raises(ConfigError, match=r"20 test stimuli of 20 .* leave none"):
        sizes_of(simulated, {"seen": 20, "test": 20})


def test_sizes_that_lie_in_files_must_be_given(simulated):
    other = simulated.model_copy(
        update={"dataset": simulated.dataset.model_copy(update={"kind": "betas"})}
    )

    with pytest.raises(ConfigError, match=r"'betas' does not tell .*--voxels N"):
        sizes_of(other, {"stimuli": 10})
    assert sizes_of(other, {"stimuli": 10, "voxels": 5}).train == 9


def test_a_product_is_that_of_its_sizes():
    assert Sizes(train=3, voxels=5).product("train*voxels") == 15
    assert Sizes(train=3).product("train*train") == 9


def test_components_fix_the_width_and_kinds_tell_the_others():
    widths = {"tfidf": 50, "tiny-clip": 128}

    assert width_of({"kind": "tfidf", "n_components": 7}, widths, 768) == 7
    assert width_of({"kind": "tfidf"}, widths, 768) == 50
    assert width_of({"kind": "open_clip", "model": "tiny-clip"}, widths, 768) == 128
    assert width_of({"kind": "open_clip", "model": "ViT-B-32"}, widths, 768) == 768


def test_sizes_are_given_by_name():
    assert as_plain(Sizes(voxels=5))["voxels"] == 5

"""Options of stimuli in files: what they are by default, and what is refused."""

import pytest
from pydantic import ValidationError

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.sources import stimulus_source
from boldwise.settings.stimuli import CategoryRule, GroupRule, IdRule, StimulusFiles


def load(**stimuli):
    """Load a study of pictures alone."""
    dataset = {"name": "p", "kind": "images", "root": "data", "stimuli": stimuli}
    split = {"kind": "k_fold", "n_folds": 2}
    return load_config(
        {
            "dataset": dataset,
            "splits": {"main": split},
            "feature_spaces": {"net": {"kind": "open_clip"}},
        }
    )


def test_pictures_are_copied_as_squares_unless_told():
    stimuli = StimulusFiles(images=["*.png"])

    assert stimuli.copy_images
    assert stimuli.image_size_px == 224
    assert not stimuli.folder_in_id
    assert not stimuli.from_events


def test_videos_are_two_seconds_at_twelve_frames():
    stimuli = StimulusFiles(videos=["*.mp4"])

    assert (stimuli.clip_s, stimuli.frame_rate_hz, stimuli.frame_size_px) == (2, 12, 96)


@pytest.mark.parametrize("copied", [True, False])
def test_whether_to_copy_reaches_the_job_that_prepares(copied):
    config = load(images=["*.png"], copy_images=copied)

    source = stimulus_source(config.dataset, continuous=False)

    assert source["copy_images"] is copied
    assert source["images"] == ["*.png"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"image_size_px": 7}, {"clip_s": 0}, {"frame_rate_hz": 0}),
        *({"frame_size_px": 7}, {"copy_images": "files"}, {"images": "*.png"}),
    ],
)
def test_sizes_and_times_have_a_least(wrong):
    with pytest.raises(ValidationError):
        StimulusFiles(**wrong)


@pytest.mark.parametrize("rule", [CategoryRule, GroupRule])
def test_a_pattern_is_checked_before_anything_is_read(rule):
    where = rf"dataset\.stimuli\.{rule.column}\.pattern"
    with pytest.raises(ValidationError, match=rf"{where}: '\(a' is no regular expr"):
        rule(pattern="(a")
    with pytest.raises(ValidationError, match=rf"{where}: 'a' has no group; put what"):
        rule(pattern="a")
    assert rule(pattern="(a)").aliases == {}


def test_a_message_that_names_its_place_is_not_led_by_it_twice():
    with pytest.raises(ConfigError) as refused:
        load(images=["*.png"], category={"pattern": "a"})

    assert str(refused.value).count("dataset.stimuli.category") == 1


def test_a_misspelt_option_is_told_with_the_one_that_was_meant():
    with pytest.raises(ConfigError, match="'copy_image'; did you mean 'copy_images'"):
        load(images=["*.png"], copy_image=False)


def test_ids_are_left_alone_by_default():
    rule = IdRule()

    assert (rule.drop, rule.replace, rule.lower, rule.shift) == ([], {}, False, 0)

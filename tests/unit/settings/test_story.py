"""Mirrors src/boldwise/settings/story.py."""

import pytest

from boldwise.settings.story import StoryFiles


def test_a_run_may_stand_in_a_path():
    assert StoryFiles(transcript="{run}.TextGrid").transcript == "{run}.TextGrid"


def test_no_other_label_may():
    with pytest.raises(ValueError, match=r"story\.sound: '\{subject\}.wav' asks for"):
        StoryFiles(sound="{subject}.wav")

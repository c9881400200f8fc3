"""The methods say how a shared decoder came about, option by option."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_models import describe_decoders
from boldwise.reporting.methods_shared import MAPS, MODES, describe_shared, shared_of
from boldwise.settings.shared_decoders import AdaptedSubjects, SharedLatentDecoder

RIDGE = {"kind": "ridge", "target": "words"}


def decoder(**more):
    return SharedLatentDecoder(
        **{"kind": "shared_latent", "target": ["words", "image"], **more}
    ).model_dump(mode="json")


def said(**more):
    return " ".join(describe_shared({"all": decoder(**more)}, Bibliography()))


def test_other_decoders_are_passed_over():
    assert describe_shared({"r": RIDGE}, Bibliography()) == []
    assert list(shared_of({"r": RIDGE, "s": decoder()})) == ["s"]


def test_sizes_targets_and_course_are_told():
    text = said(latent=77, training={"n_epochs": 5})

    for words in ("77 numbers", "words, image", "'words' identified", "5 epochs"):
        assert words in text
    assert "left out" not in text


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        ({"distance": "cosine"}, "cosine distance"),
        ({"contrast": 0}, "trained on single trials for squared error (AdamW"),
        ({"then": "info_nce", "mixed_share": 0}, "contrast (InfoNCE)"),
        ({"mixed_share": 0.5}, "mixed brains in the first 50% of steps"),
        ({"rebuild": 0.1, "cycle": 0.1}, "rebuilding voxels, a cycle through other"),
    ],
)
def test_what_it_is_trained_for_is_told(objective, words):
    assert words in said(objective=objective)


@pytest.mark.parametrize("kind", MAPS)
def test_every_map_has_words(kind):
    assert MAPS[kind] in said(subject_map={"kind": kind})


def test_new_subjects_are_told_mode_by_mode():
    text = said(
        new_subjects={"budgets": [5, 10], "unit": "minutes", "modes": list(MODES)}
    )

    assert "first 5, 10 minutes" in text
    for words in MODES.values():
        assert words in text


def test_every_mode_that_can_be_asked_has_words():
    field = AdaptedSubjects.model_fields["modes"]

    assert all(f"'{mode}'" in str(field.annotation) for mode in MODES)


def test_the_methods_of_a_study_hold_it():
    text = describe_decoders({"decoders": {"all": decoder()}}, Bibliography())

    assert "One decoder for all subjects" in text
    assert "was also given Gaussian noise" in text

"""Alignments say what they need; what they do not know is refused."""

import pytest
from pydantic import ValidationError

from boldwise.errors import ConfigError
from boldwise.settings.alignment import AcrossSubjects
from boldwise.settings.config import load_config


def read(**alignment):
    return AcrossSubjects(kind="across_subjects", alignment=alignment)


def test_without_a_word_anatomy_is_compared():
    plain = AcrossSubjects(kind="across_subjects")

    assert plain.alignment.kind == "anatomical"
    assert plain.needs_places


@pytest.mark.parametrize(
    ("alignment", "needs"),
    [
        ({"kind": "anatomical", "readout": "ridge"}, True),
        ({"kind": "procrustes"}, False),
        ({"kind": "procrustes", "n_parcels": 20}, True),
        ({"kind": "shared_response"}, False),
        ({"kind": "hyperalignment"}, False),
    ],
)
def test_only_what_joins_voxels_by_place_needs_a_common_space(alignment, needs):
    assert read(**alignment).needs_places == needs


def test_a_readout_is_for_templates_alone():
    with pytest.raises(ValidationError, match="readout"):
        read(kind="procrustes", readout="ridge")


KINDS = {
    **{"anatomical": {"readout": "ridge", "whiten": True}},
    **{"shared_response": {"n_components": 2, "n_iterations": 1}},
    **{"hyperalignment": {"scale": True, "penalties": {"n": 3}}},
    **{"procrustes": {"scale": True, "n_parcels": 2}},
    **{"ridge": {"penalties": {"low": 1.0}, "n_parcels": 2}},
    **{"optimal_transport": {"regularisation": 1e-6}},
}


def study(space=True, **alignment):
    """Load a study of betas whose one decoder aligns subjects so."""
    stimuli = {"captions": {"path": "c.csv", "stimulus_id": "id", "text": "t"}}
    dataset = {
        **{"name": "b", "kind": "betas", "root": ".", "path": "a.mat"},
        **{"subjects": ["1", "2"], "common_space": space, "stimuli": stimuli},
        **{"blocks": [{"response": "x", "stimulus_id": "y"}]},
    }
    return load_config(
        {
            "dataset": dataset,
            "responses": {"estimate": "given"},
            "splits": {"main": {"kind": "k_fold"}},
            "feature_spaces": {"words": {"kind": "tfidf"}},
            "decoders": {"others": {"kind": "across_subjects", "alignment": alignment}},
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_study_that_was_read_reads_the_same_again(kind):
    config = study(kind=kind, **KINDS[kind])

    assert load_config(config.model_dump(mode="json")) == config
    chosen = config.decoders["others"].alignment.model_dump(exclude_unset=True)
    assert chosen == {"kind": kind, **KINDS[kind]}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("shared_response", {"n_components": 1}),
        ("shared_response", {"n_iterations": 0}),
        ("procrustes", {"n_parcels": 0}),
        ("optimal_transport", {"regularisation": 0}),
        ("anatomical", {"n_parcels": 2}),
        ("hyperalignment", {"n_components": 5}),
    ],
)
def test_a_wrong_option_is_led_by_its_place(kind, wrong):
    (name,) = wrong

    where = rf"decoders\.others\.alignment\.{name}: "
    with pytest.raises(ConfigError, match=where):
        study(kind=kind, **wrong)


def test_parcels_need_places_that_mean_the_same():
    with pytest.raises(ConfigError, match=r"decoders\.others: across_subjects compar"):
        study(space=False, kind="procrustes", n_parcels=2)
    assert study(space=False, kind="procrustes").decoders["others"]


def test_a_grid_of_an_alignment_that_stands_on_its_head_is_told():
    upside_down = {"low": 10.0, "high": 1.0}

    with pytest.raises(ConfigError, match=r"alignment\.penalties: low is 10, above"):
        study(kind="ridge", penalties=upside_down)


def test_a_kind_that_is_not_known_is_told_with_the_one_that_was_meant():
    with pytest.raises(ConfigError, match="'procrustis'; did you mean 'procrustes'"):
        study(kind="procrustis")

"""What the methods text says about responses follows the config, word by word."""

import pytest

from boldwise.reporting.citations import REFERENCES, Bibliography
from boldwise.reporting.methods_responses import (
    ESTIMATES,
    describe_responses,
    join_words,
)
from boldwise.settings.models import ResponseOptions

BOLD = {"kind": "bids"}


def describe(dataset=BOLD, **options):
    """Describe the responses of some options; give the text and what it cites."""
    sources = Bibliography()
    plain = ResponseOptions(**options).model_dump(mode="json")
    return describe_responses(dataset, plain, sources), sources.entries


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_no_estimate_leaves_a_gap_in_its_sentence(estimate):
    said, _ = describe(estimate=estimate)

    assert "{" not in said
    assert "  " not in said
    assert said.endswith(".")


def test_a_library_of_responses_is_said_to_be_chosen_from():
    said, cited = describe(estimate="single_trial_ridge")

    assert "with a haemodynamic response, noise components and a fraction" in said
    assert "the response function by a model of all trials alike" in said
    assert REFERENCES["glover1999"] not in cited


@pytest.mark.parametrize(
    ("hrf", "key"), [("glover", "glover1999"), ("spm", "friston1998")]
)
def test_one_curve_for_all_voxels_is_not_said_to_be_chosen(hrf, key):
    said, cited = describe(estimate="single_trial_ridge", hrf=hrf)

    assert "with noise components and a fraction" in said
    assert "model of all trials alike" not in said
    assert REFERENCES[key] in cited


def test_the_bound_on_neighbours_is_that_of_the_config():
    said, cited = describe(
        estimate="single_trial_ridge", ridge={"neighbour_bound": 0.25}
    )

    assert "neighbouring responses correlate by at most 0.25" in said
    assert {REFERENCES["prince2022"], REFERENCES["rokem2020"]} <= set(cited)


def test_without_a_curve_no_response_function_is_claimed():
    said, cited = describe(estimate="least_squares_all", hrf="none")

    assert "convolved" not in said
    assert REFERENCES["glover1999"] not in cited


def test_scrubbing_is_told_with_its_limits():
    said, _ = describe(scrub={"fd_mm": 0.9, "std_dvars": 2.5, "min_volumes": 3})

    assert "displacement above 0.9 mm or a standardised DVARS above 2.5" in said
    assert "fewer than 3 volumes between them" in said


@pytest.mark.parametrize("dataset", [BOLD, {"kind": "betas"}])
def test_nothing_is_said_of_scrubbing_that_did_not_happen(dataset):
    said, _ = describe(dataset, scrub=None if dataset is BOLD else {"fd_mm": 0.9})

    assert "displacement" not in said


@pytest.mark.parametrize(
    ("options", "removed"),
    [
        ({"detrend_order": 0, "high_pass_hz": 0}, "(polynomials up to degree 0)"),
        (
            {"detrend_order": 2, "high_pass_hz": 0.008},
            "(polynomials up to degree 2 and cosines below 0.008 Hz)",
        ),
        (
            {"confounds": ["wm_csf"]},
            "(polynomials up to degree 1, cosines below 0.01 Hz and the confounds "
            "wm_csf)",
        ),
    ],
)
def test_all_that_was_removed_stands_in_one_list(options, removed):
    said, _ = describe(**{"confounds": [], **options})

    assert f"Slow drifts and confounds {removed} were regressed out in one step" in said


@pytest.mark.parametrize("unit", ["run", "session"])
def test_the_unit_of_z_scores_is_named_once_and_only_if_they_are(unit):
    scored, _ = describe(standardize=unit)
    plain, _ = describe(standardize="none")

    assert scored.count(f"z-scored per {unit}") == 1
    assert "z-scored" not in plain


def test_citations_continue_the_numbers_that_were_given_before():
    sources = Bibliography()
    sources.cite("kay2008", "owen2007")
    options = ResponseOptions(estimate="least_squares_all").model_dump(mode="json")

    said = describe_responses(BOLD, options, sources)

    assert "(least squares all) [3]" in said
    assert sources.entries[2] == REFERENCES["mumford2012"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_the_last_word_is_joined_by_and(parts, text):
    assert join_words(parts) == text

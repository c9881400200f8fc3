"""Methods text: what the settings say, and nothing that they do not."""

import re
from dataclasses import replace

import pytest

from boldwise.reporting.citations import REFERENCES
from boldwise.reporting.methods import write_methods


def text_of(study, config, heading=None):
    paragraphs = write_methods(study, config).paragraphs
    return paragraphs[heading] if heading else "\n".join(paragraphs.values())


def changed(config, part, **options):
    return {**config, part: {**config[part], **options}}


def test_stages_come_in_the_order_of_the_science(study, config):
    assert list(write_methods(study, config).paragraphs) == [
        *("Data", "Responses", "Splits", "Noise ceilings", "Encoding models"),
        *("Decoding", "Statistics", "Software"),
    ]


def test_every_number_cited_is_in_the_references_and_every_reference_is_cited(
    study, config
):
    methods = write_methods(study, config)

    text = "\n".join(methods.paragraphs.values())
    numbers = {
        int(n) for mark in re.findall(r"\[([\d, ]+)\]", text) for n in mark.split(",")
    }
    assert numbers == set(range(1, len(methods.references) + 1))


def test_references_are_numbered_in_the_order_of_the_text(study, config):
    text = text_of(study, config)

    numbers = [
        int(n) for mark in re.findall(r"\[([\d, ]+)\]", text) for n in mark.split(",")
    ]
    firsts = list(dict.fromkeys(numbers))
    assert firsts == sorted(firsts)


def test_sizes_are_those_of_the_study(study, config):
    said = text_of(study, config, "Data")

    assert "2 subjects with 60 voxels and 56 trials in 4 runs each; 32 stimuli" in said
    assert "simulated" in said


def test_subjects_of_different_sizes_give_a_range(study, config):
    one = study.subjects["01"]
    subjects = {**study.subjects, "02": replace(one, n_voxels=1234)}

    said = text_of(replace(study, subjects=subjects), config, "Data")

    assert "60 to 1,234 voxels" in said


def test_one_subject_is_one_subject(study, config):
    alone = replace(study, subjects={"01": study.subjects["01"]})

    said = text_of(alone, config, "Data")

    assert "1 subject with 60 voxels and 56 trials in 4 runs;" in said


def test_the_mean_subject_is_declared(study, config):
    subjects = {**study.subjects, "group": study.subjects["01"]}

    said = text_of(replace(study, subjects=subjects), config, "Data")

    assert "2 subjects, and their mean, with 60 voxels" in said


@pytest.mark.parametrize(
    ("estimate", "words", "source"),
    [
        ("least_squares_all", "least squares all", "mumford2012"),
        ("least_squares_separate", "least squares separate", "mumford2012"),
        ("single_trial_ridge", "correlate by at most 0.1", None),
        ("block_mean", "5 s later than the block", None),
        ("timeseries", "left as time series", None),
        ("given", "taken as given", None),
    ],
)
def test_the_estimate_of_responses_is_named(study, config, estimate, words, source):
    chosen = changed(config, "responses", estimate=estimate)

    methods = write_methods(study, chosen)

    assert words in methods.paragraphs["Responses"]
    assert (REFERENCES["mumford2012"] in methods.references) is (source is not None)


def test_a_recipe_that_chooses_curves_only_says_no_more(study, config):
    ridge = {**config["responses"]["ridge"], "max_noise_components": 0}
    chosen = changed(
        config,
        "responses",
        estimate="single_trial_ridge",
        hrf="library",
        ridge={**ridge, "fractions": [1.0]},
    )

    methods = write_methods(study, chosen)

    said = methods.paragraphs["Responses"]
    assert "the one of 20 response functions that explained most" in said
    assert "noise components" not in said
    assert REFERENCES["prince2022"] in methods.references
    assert REFERENCES["rokem2020"] not in methods.references


@pytest.mark.parametrize(
    ("hrf", "source", "other"),
    [("glover", "glover1999", "friston1998"), ("spm", "friston1998", "glover1999")],
)
def test_the_response_function_is_cited_and_no_other(study, config, hrf, source, other):
    references = write_methods(study, changed(config, "responses", hrf=hrf)).references

    assert REFERENCES[source] in references
    assert REFERENCES[other] not in references


def test_cleaning_names_what_was_removed(study, config):
    chosen = changed(
        config, "responses", confounds=["motion", "compcor"], high_pass_hz=0.02
    )

    methods = write_methods(study, chosen)

    said = methods.paragraphs["Responses"]
    assert "cosines below 0.02 Hz" in said
    assert "the confounds motion, compcor [" in said
    assert REFERENCES["behzadi2007"] in methods.references


def test_what_was_not_removed_is_not_named(study, config):
    chosen = changed(config, "responses", confounds=[], high_pass_hz=0.0)

    said = text_of(study, chosen, "Responses")

    assert "cosines" not in said
    assert "the confounds" not in said


def test_given_betas_claim_no_cleaning(study, config):
    chosen = changed(config, "dataset", kind="betas")
    chosen = changed(chosen, "responses", estimate="given")

    said = text_of(study, chosen, "Responses")

    assert said == "Response estimates were taken as given."


def test_z_scores_over_both_parts_are_declared(study, config):
    said = text_of(study, changed(config, "responses", standardize="run"), "Responses")

    assert "z-scored per run, over its training and test trials alike" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "shared_images"}, "every subject saw"),
        ({"kind": "leave_group_out", "by": "run"}, "holds out one run at a time"),
        ({"kind": "k_fold", "by": "group", "n_folds": 7}, "holds out 7 folds"),
        ({"kind": "listed"}, "a list of stimuli"),
    ],
)
def test_each_kind_of_split_is_described(study, config, options, words):
    chosen = {**config, "splits": {"odd": {"n_cv_folds": 4, **options}}}

    said = text_of(study, chosen, "Splits")

    assert "Split 'odd'" in said
    assert words in said
    assert "4 inner folds" in said


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("share_runs", "Training and test trials may share runs"),
        ("share_groups", "Exemplars of one group may lie on both sides"),
    ],
)
def test_sharing_is_declared_where_it_is_allowed(study, config, option, words):
    options = {"kind": "shared_images", "n_cv_folds": 4}
    shared = {**config, "splits": {"a": {**options, option: True}}}
    apart = {**config, "splits": {"a": {**options, option: False}}}

    assert words in text_of(study, shared, "Splits")
    assert words not in text_of(study, apart, "Splits")


@pytest.mark.parametrize(
    ("method", "words", "source"),
    [
        ("repeats", "Natural Scenes Dataset", "allen2022"),
        ("anova", "by analysis of variance", "schoppe2016"),
        ("signal_power", "its signal power", "sahani2003"),
        ("explainable_variance", "explainable variance of one repeat", "brown1910"),
        ("split_half", "Spearman and Brown", "spearman1910"),
        ("inter_subject", "mean of the other subjects", "schoppe2016"),
    ],
)
def test_the_ceiling_is_named_and_cited(study, config, method, words, source):
    methods = write_methods(study, changed(config, "evaluation", ceiling=method))

    assert words in methods.paragraphs["Noise ceilings"]
    assert REFERENCES[source] in methods.references


def test_without_a_ceiling_no_normalised_score_is_claimed(study, config):
    said = text_of(
        study, changed(config, "evaluation", ceiling="none"), "Noise ceilings"
    )

    assert said == "No noise ceiling was estimated."


def test_draws_are_those_of_the_config(study, config):
    chosen = changed(
        config, "evaluation", n_permutations=123, n_bootstraps=456, n_shuffles=78
    )

    said = text_of(study, chosen, "Statistics")

    assert "permutes the identity of test stimuli 123 times" in said
    assert "middle 95 % of 456 draws" in said
    assert "refitted 78 times" in said


def test_without_encoders_no_permutation_of_voxels_is_claimed(study, config):
    methods = write_methods(study, {**config, "encoders": {}})

    assert "Encoding models" not in methods.paragraphs
    assert "all voxels jointly" not in methods.paragraphs["Statistics"]


def test_torch_is_cited_only_where_it_ran(study, config):
    clip = {"kind": "open_clip", "model": "tiny-clip", "weights": None, "tower": "text"}
    spaces = {**config["feature_spaces"], "clip": {**clip, "n_components": None}}

    without = write_methods(study, config)
    with_clip = write_methods(study, {**config, "feature_spaces": spaces})

    assert "PyTorch" not in without.paragraphs["Software"]
    assert "PyTorch" in with_clip.paragraphs["Software"]

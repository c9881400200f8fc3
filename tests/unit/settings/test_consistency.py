"""Parts of a config that exclude each other are told, all of them, with a way out."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.consistency import TIME_SERIES_KINDS, did_you_mean

COMMON = {"name": "s", "root": ".", "subjects": ["1"]}
DATASETS = {
    "simulated": {"name": "s", "kind": "simulated", "subjects": ["1"]},
    "bold": {
        **COMMON,
        **{"kind": "bold", "runs": ["1"], "bold": "{subject}.nii", "events": "e.tsv"},
        "stimuli": {"from_events": True},
    },
    "fmriprep": {
        **COMMON,
        **{"kind": "fmriprep", "raw": "r", "tasks": ["a"], "stimuli": {}},
    },
    "betas": {
        **COMMON,
        **{"kind": "betas", "path": "{subject}.mat", "stimuli": {}},
        "blocks": [{"response": "x", "stimulus_id": "y"}],
    },
    "series": {**COMMON, "kind": "series", "series": "{subject}.txt", "tr_s": 2},
}
TRIALS = {"least_squares_all", "least_squares_separate", "single_trial_ridge"}
TRIALS |= {"block_mean"}
FITTING = {
    **dict.fromkeys(("simulated", "bold", "fmriprep"), TRIALS | {"timeseries"}),
    "betas": {"given"},
    "series": {"timeseries"},
}
NULLS = ("circular_shift", "block_permutation", "phase_randomisation")


def load(kind="simulated", *, estimate=None, hrf=None, **parts):
    """Load a small config of a kind of dataset."""
    default = {"betas": "given", "series": "timeseries"}.get(kind, "block_mean")
    responses = {"estimate": estimate or default} | ({"hrf": hrf} if hrf else {})
    return load_config(
        {
            "dataset": {**DATASETS[kind], **parts.pop("dataset", {})},
            "responses": responses,
            "splits": {"main": {"kind": "leave_group_out", "by": "run"}},
            "feature_spaces": {"c": {"kind": "category"}},
            **parts,
        }
    )


def problems(*args, **parts):
    """Load a config that must be refused; list what is told."""
    with pytest.raises(ConfigError) as refused:
        load(*args, **parts)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


@pytest.mark.parametrize("kind", DATASETS)
@pytest.mark.parametrize("estimate", sorted({*TRIALS, "given", "timeseries"}))
def test_an_estimate_is_taken_exactly_where_the_dataset_allows_it(kind, estimate):
    if estimate in FITTING[kind]:
        assert load(kind, estimate=estimate).responses.estimate == estimate
    else:
        (told,) = problems(kind, estimate=estimate)
        assert told.startswith(f"responses.estimate: '{estimate}'")


@pytest.mark.parametrize("kind", ["betas", "series"])
def test_a_wrong_curve_does_not_hide_a_wrong_estimate(kind):
    curve, estimate = problems(kind, estimate="block_mean", hrf="library")

    assert curve.startswith("responses.hrf: 'library'")
    assert "single_trial_ridge" not in curve  # It would be refused there as well.
    assert estimate.startswith("responses.estimate: 'block_mean'")


def test_where_trials_are_estimated_the_library_may_be_kept_by_another_estimate():
    (told,) = problems("bold", estimate="block_mean", hrf="library")

    assert told.endswith("write `estimate: single_trial_ridge`, or `hrf: glover`.")


@pytest.mark.parametrize("null", NULLS)
def test_nulls_that_keep_autocorrelation_are_for_volumes_only(null):
    chosen = {"null_method": null}

    assert load("series", evaluation=chosen).evaluation.null_method == null
    (told,) = problems("bold", evaluation=chosen)
    assert told.startswith(f"evaluation.null_method: '{null}' is for time series")


@pytest.mark.parametrize("kind", TIME_SERIES_KINDS)
def test_every_kind_for_volumes_is_refused_by_its_place_where_trials_are_rows(kind):
    needed = {"path": "a.txt"} if kind == "given_volumes" else {}
    part = "splits" if kind == "contiguous" else "feature_spaces"
    entry = {part: {"mine": {"kind": kind, **needed}}}

    (told,) = problems("bold", **entry)

    assert told.startswith(f"{part}.mine: '{kind}' is for time series; write")
    assert load("bold", estimate="timeseries", **entry)


@pytest.mark.parametrize("kind", ["bold", "fmriprep", "betas"])
def test_people_are_compared_only_where_a_place_is_said_to_mean_the_same(kind):
    decoders = {"others": {"kind": "across_subjects"}}
    refused = {"common_space": False}

    assert load(kind, dataset={"common_space": True}, decoders=decoders).decoders
    (told,) = problems(kind, dataset=refused, decoders=decoders)
    assert told.startswith("decoders.others: across_subjects compares voxels")


def test_columns_of_time_courses_mean_the_same_in_everybody_unless_denied():
    decoders = {"others": {"kind": "across_subjects"}}

    assert load("series", decoders=decoders).dataset.common_space
    assert len(problems("series", dataset={"common_space": False}, decoders=decoders))


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("series", {"columns": ["all"]}, "dataset.rois: 'all' is a name"),
        ("bold", {"rois": {"all": "a.nii"}}, "dataset.rois: 'all' is a name"),
        ("fmriprep", {"subjects": ["all"]}, "dataset.subjects: 'all' is a name"),
        ("series", {"runs": ["a", "b", "a"]}, "dataset.runs: 'a' is listed 2 times"),
        ("fmriprep", {"runs": ["1", "1"]}, "dataset.runs: '1' is listed 2 times"),
    ],
)
def test_labels_are_checked_whatever_the_kind_of_dataset(kind, changes, told):
    (problem,) = problems(kind, dataset=changes)

    assert problem.startswith(told)


@pytest.mark.parametrize("label", ["hemi", "hemisphere"])
def test_betas_lie_in_a_volume_without_hemispheres(label):
    atlases = {"a": {"path": f"{{{label}}}.nii", "lookup": f"{{{label}}}.tsv"}}

    path, lookup = problems("betas", dataset={"atlases": atlases})

    assert path.startswith(f"dataset.atlases.a.path: '{{{label}}}.nii' asks for")
    assert lookup.startswith("dataset.atlases.a.lookup: ")
    assert load("bold", dataset={"atlases": atlases}).dataset.atlases
    whole = {"a": {"path": "sub-{subject}.nii"}}
    assert load("betas", dataset={"atlases": whole}).dataset.atlases


def test_a_grid_of_penalties_goes_upwards():
    grid = {"low": 10, "high": 1, "n": 3}
    encoder = {"kind": "ridge", "features": ["c"], "penalties": grid}
    decoder = {"kind": "ridge", "target": "c", "penalties": grid}

    told = problems(encoders={"e": encoder}, decoders={"d": decoder})

    assert told == [
        "encoders.e.penalties: low is 10, above high, 1; exchange them.",
        "decoders.d.penalties: low is 10, above high, 1; exchange them.",
    ]
    single = {**encoder, "penalties": {"low": 5, "high": 5, "n": 1}}
    assert load(encoders={"e": single}).encoders["e"].penalties.n == 1


def test_every_feature_space_that_is_missing_is_told():
    encoder = {"kind": "ridge", "features": ["x", "c", "y"]}

    told = problems(encoders={"e": encoder})

    assert [line.partition("'")[2][0] for line in told] == ["x", "y"]


def test_a_category_decoder_needs_no_feature_space():
    decoders = {"c": {"kind": "category"}}

    assert load(decoders=decoders).decoders["c"].classifier == "shrinkage_lda"


@pytest.mark.parametrize(
    ("word", "known", "text"),
    [
        ("gabr", ["words", "gabor"], "; did you mean 'gabor'?"),
        ("zzz", {"b": 1, "a": 2}, "; known: a, b."),
        ("zzz", [], "."),
        ("ab", ["abc", "abx"], "; did you mean 'abx'?"),
    ],
)
def test_the_closest_name_is_offered_else_all_else_none(word, known, text):
    assert did_you_mean(word, known) == text


def test_people_aligned_by_function_need_no_common_space():
    alignment = {"kind": "shared_response"}
    decoders = {"others": {"kind": "across_subjects", "alignment": alignment}}

    assert load("bold", dataset={"common_space": False}, decoders=decoders).decoders


def test_penalties_of_an_alignment_that_stand_on_their_head_are_told():
    alignment = {"kind": "ridge", "penalties": {"low": 10, "high": 1, "n": 3}}
    decoders = {"others": {"kind": "across_subjects", "alignment": alignment}}

    (told,) = problems("bold", dataset={"common_space": True}, decoders=decoders)
    assert told.startswith("decoders.others.alignment.penalties: low is 10, above")

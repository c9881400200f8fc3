"""Options of models and responses: bounds at their edges, and what follows of what."""

import pytest
from pydantic import TypeAdapter, ValidationError

from boldwise.settings.alignment import AnyDecoder
from boldwise.settings.attention import AnyEncoder
from boldwise.settings.continuous import AnyFeatureSpace, AnySplit, GivenVolumes
from boldwise.settings.evaluation import EvaluationOptions
from boldwise.settings.feature_options import FITTED
from boldwise.settings.models import GaborPyramid, Penalties, ResponseOptions
from boldwise.settings.regions import AtlasOptions
from boldwise.settings.scrubbing import ScrubOptions
from boldwise.settings.single_trials import RidgeOptions
from boldwise.settings.story import StoryFiles

# Option of a section -> values at the edge that are taken, and that are refused.
EDGES = [
    (EvaluationOptions, "n_permutations", [19], [18, 1.5]),
    (EvaluationOptions, "n_bootstraps", [20], [19]),
    (EvaluationOptions, "q", [1e-9, 0.999], [0, 1, float("nan")]),
    (EvaluationOptions, "min_ceiling", [1e-9, 0.999], [0, 1]),
    (EvaluationOptions, "seed", [0], [-1]),
    (ScrubOptions, "fd_mm", [1e-9], [0, -1, float("nan")]),
    (ScrubOptions, "std_dvars", [1e-9], [0]),
    (ScrubOptions, "min_volumes", [1], [0]),
    (RidgeOptions, "max_noise_components", [0, 50], [-1, 51]),
    (RidgeOptions, "neighbour_bound", [1e-9, 1], [0, 1.01]),
    (RidgeOptions, "fractions", [[1], [1e-9]], [[], [0.5, 0], [1.01]]),
    (ResponseOptions, "detrend_order", [0, 5], [-1, 6]),
    (ResponseOptions, "high_pass_hz", [0], [-0.01, float("nan")]),
    (ResponseOptions, "block_delay_s", [0], [-1]),
    (Penalties, "n", [1], [0]),
    (Penalties, "low", [1e-9], [0, -1]),
]


@pytest.mark.parametrize(
    ("model", "name", "taken", "refused"),
    EDGES,
    ids=[f"{model.__name__}.{name}" for model, name, *_ in EDGES],
)
def test_bounds_hold_at_their_edges(model, name, taken, refused):
    for value in taken:
        assert getattr(model(**{name: value}), name) == value
    for value in refused:
        with pytest.raises(ValidationError, match=name):
            model(**{name: value})


@pytest.mark.parametrize("kind", ["ridge", "banded_ridge", "best_layer"])
def test_encoders_share_their_grid_and_stop_at_ten_thousand(kind):
    one = TypeAdapter(AnyEncoder).validate_python(
        {"kind": kind, "features": ["a", "b"]}
    )

    assert (one.penalties.low, one.penalties.high, one.penalties.n) == (0.1, 1e4, 16)
    assert one.delays == []


@pytest.mark.parametrize("kind", ["ridge", "banded_ridge", "best_layer"])
def test_every_encoder_needs_a_space(kind):
    """One may be enough for all: an entry with layers stands for several."""
    adapter = TypeAdapter(AnyEncoder)

    assert adapter.validate_python({"kind": kind, "features": ["a"]})
    with pytest.raises(ValidationError, match="at least 1 item"):
        adapter.validate_python({"kind": kind, "features": []})


def test_a_decoder_searches_further_than_an_encoder():
    """Its features are voxels, of which there are more than of any description."""
    one = TypeAdapter(AnyDecoder).validate_python({"kind": "ridge", "target": "a"})

    assert (one.penalties.low, one.penalties.high, one.penalties.n) == (0.1, 1e6, 22)


@pytest.mark.parametrize("n", [1, 6])
def test_a_pyramid_has_a_grid_for_each_frequency(n):
    given = {"kind": "gabor_pyramid", "cycles_per_image": [3.0, 4.0, 6.0]}

    assert GaborPyramid(**given, grid=[4, 4, 4]).n_orientations == 8
    told = f"{n} entries in grid, but 3 in cycles_per_image"
    with pytest.raises(ValidationError, match=told):
        GaborPyramid(**given, grid=[4] * n)


@pytest.mark.parametrize("share", [True, False])
def test_stretches_of_a_run_always_share_it(share):
    adapter = TypeAdapter(AnySplit)
    given = {"kind": "contiguous", "share_runs": share}

    if share:
        assert adapter.validate_python(given).n_folds == 5
    else:
        with pytest.raises(ValidationError, match="Input should be True"):
            adapter.validate_python(given)


@pytest.mark.parametrize(
    ("kind", "by"),
    [("k_fold", "group"), ("leave_group_out", None)],
)
def test_what_is_held_out_must_be_said_where_it_is_all_there_is(kind, by):
    adapter = TypeAdapter(AnySplit)

    if by:
        assert adapter.validate_python({"kind": kind}).by == by
    else:
        with pytest.raises(ValidationError, match="by\n  Field required"):
            adapter.validate_python({"kind": kind})


def test_single_stimuli_are_held_out_in_folds_only():
    adapter = TypeAdapter(AnySplit)

    assert adapter.validate_python({"kind": "k_fold", "by": "stimulus"}).by
    with pytest.raises(ValidationError, match="'run', 'session', 'group' or 'category"):
        adapter.validate_python({"kind": "leave_group_out", "by": "stimulus"})


@pytest.mark.parametrize("estimate", ["least_squares_all", "block_mean", "timeseries"])
def test_only_the_full_recipe_brings_its_library_along(estimate):
    assert ResponseOptions(estimate=estimate).hrf == "glover"
    ridge = ResponseOptions(estimate="single_trial_ridge")
    assert ridge.hrf == "library"
    assert ResponseOptions(**ridge.model_dump()) == ridge


def test_the_default_of_the_recipe_does_not_touch_what_was_given():
    given = {"estimate": "single_trial_ridge"}

    ResponseOptions.model_validate(given)

    assert given == {"estimate": "single_trial_ridge"}


@pytest.mark.parametrize(
    "kind",
    [
        *("gabor_pyramid", "colour_statistics", "open_clip", "tfidf", "category"),
        *("word_rate", "onsets", "sound_power", "position", "word_statistics"),
    ],
)
def test_every_feature_space_can_be_reduced_on_training_stimuli(kind):
    adapter = TypeAdapter(AnyFeatureSpace)

    assert adapter.validate_python({"kind": kind}).n_components is None
    assert adapter.validate_python({"kind": kind, "n_components": 1}).n_components == 1
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        adapter.validate_python({"kind": kind, "n_components": 0})
    assert "n_components" in FITTED


@pytest.mark.parametrize(
    ("kind", "moment"), [("word_rate", "middle"), ("onsets", "onset")]
)
def test_a_rate_stands_at_the_middle_of_a_word_and_an_onset_where_it_starts(
    kind, moment
):
    one = TypeAdapter(AnyFeatureSpace).validate_python({"kind": kind})

    assert one.at == moment
    assert {"", "sp", "sil"} & set(one.ignore)


def test_tables_of_volumes_may_name_a_run_and_nothing_else():
    assert GivenVolumes(kind="given_volumes", path="x_{run}.txt").skip_rows == 0
    with pytest.raises(ValidationError, match=r"feature_spaces.NAME.path: '\{hemi\}'"):
        GivenVolumes(kind="given_volumes", path="{hemi}")
    with pytest.raises(ValidationError, match=r"story.transcript: '\{run:d\}' formats"):
        StoryFiles(transcript="{run:d}")


@pytest.mark.parametrize("path", [None, ""])
def test_an_atlas_without_a_file_needs_a_name_that_nilearn_knows(path):
    assert AtlasOptions(path=path, fetch="aal").options == {}
    with pytest.raises(ValidationError, match="got neither"):
        AtlasOptions(path=path)
    with pytest.raises(ValidationError, match="'schaefer_2018', 'harvard_oxford'"):
        AtlasOptions(fetch="schaefer")


@pytest.mark.parametrize("name", ["path", "lookup"])
def test_files_of_an_atlas_differ_by_subject_and_side_and_never_by_run(name):
    given = {"path": "a.nii", name: "sub-{subject}_{hemi}_{hemisphere}.nii"}

    assert getattr(AtlasOptions(**given), name) == given[name]
    with pytest.raises(ValidationError, match=r"asks for 'run'; known: subject, hemi"):
        AtlasOptions(**{**given, name: "{run}.nii"})

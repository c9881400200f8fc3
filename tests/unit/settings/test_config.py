"""Mirrors src/boldwise/settings/config.py and what it refuses."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config


def given(**changes):
    """Make a small valid config, with changes by dotted place."""
    raw = {
        "dataset": {"name": "s", "kind": "simulated", "subjects": ["01", "02"]},
        "splits": {"main": {"kind": "shared_images"}},
        "feature_spaces": {"gabor": {"kind": "gabor_pyramid"}, "w": {"kind": "tfidf"}},
        "encoders": {"low": {"kind": "ridge", "features": ["gabor"]}},
        "decoders": {"words": {"kind": "ridge", "target": "w"}},
    }
    for place, value in changes.items():
        *path, last = place.split("__")
        part = raw
        for key in path:
            part = part.setdefault(key, {})
        part[last] = value
    return raw


# What stands in the config -> what the user is told, without line breaks.
REFUSED = {
    "unknown key at the top": (
        {"encodng": {}},
        r"encodng: unknown key 'encodng'; did you mean 'encoders'\?",
    ),
    "unknown key below a kind": (
        {"feature_spaces__gabor__n_orientation": 4},
        r"gabor\.n_orientation: unknown key .* did you mean 'n_orientations'\?",
    ),
    "unknown key, nothing close": (
        {"splits__main__zzz": 4},
        r"splits\.main\.zzz: unknown key 'zzz'; known: align_share, kind, n_cv_folds, "
        r"seed, share_runs\.",
    ),
    "unknown kind": (
        {"splits__main__kind": "shared_image"},
        r"splits\.main\.kind: unknown kind .* did you mean 'shared_images'\?",
    ),
    "no kind": (
        {"feature_spaces__x": {}},
        r"feature_spaces\.x\.kind: is needed, but not given\.",
    ),
    "missing": (
        {"encoders__low": {"kind": "ridge"}},
        r"encoders\.low\.features: is needed, but not given\.",
    ),
    "value of another type": (
        {"evaluation__n_shuffles": "many"},
        r"evaluation\.n_shuffles: input should be a valid integer.*, got 'many'\.",
    ),
    "value out of bounds": (
        {"evaluation__q": 1.5},
        r"evaluation\.q: input should be less than 1, got 1\.5\.",
    ),
    "unknown value": (
        {"responses__hrf": "gloverr"},
        r"responses\.hrf: input should be 'glover', 'spm', 'none' or 'library', "
        r"got 'gloverr'; did you mean 'glover'\?",
    ),
    "empty section": (
        {"encoders": None},
        r"encoders: is empty; give it a value or leave it out\.",
    ),
    "unquoted subject": (
        {"dataset__subjects": [8]},
        r'dataset\.subjects: 8 is not quoted, .* write it as "8" with its leading',
    ),
    "a number of subjects": (
        {"dataset__subjects": 3},
        r"dataset\.subjects: input should be a valid list, got 3\.",
    ),
    "subject with a prefix": (
        {"dataset__subjects": ["sub-01"]},
        r"dataset\.subjects\.0: 'sub-01' may hold letters, digits only; rename it\.",
    ),
    "name with an underscore": (
        {"encoders__my_model": {"kind": "ridge", "features": ["w"]}},
        r"encoders: 'my_model' may hold letters, digits and '-' only; rename it\.",
    ),
    "unknown feature space": (
        {"encoders__low__features": ["gabr"]},
        r"encoders\.low\.features: no feature space 'gabr'; did you mean 'gabor'\?",
    ),
    "unknown target": (
        {"decoders__words__target": "zzz"},
        r"decoders\.words\.target: no feature space 'zzz'; known: gabor, w\.",
    ),
    "unknown shuffled encoder": (
        {"evaluation__shuffled": ["lo"]},
        r"evaluation\.shuffled: no encoder 'lo'; did you mean 'low'\?",
    ),
    "subject listed twice": (
        {"dataset__subjects": ["01", "02", "01"]},
        r"dataset\.subjects: '01' is listed 2 times; list it once\.",
    ),
    "subject called as boldwise calls its own": (
        {"dataset__subjects": ["group"]},
        r"dataset\.subjects: 'group' is a name that boldwise uses itself; choose",
    ),
    "betas wanted of BOLD": (
        {"responses__estimate": "given"},
        r"responses\.estimate: 'given' needs betas, but the dataset holds BOLD; write",
    ),
    "across subjects without a common space": (
        {"decoders__others": {"kind": "across_subjects"}},
        r"decoders\.others: across_subjects compares voxels .* `common_space: true`",
    ),
    "grid without a frequency": (
        {"feature_spaces__gabor__grid": [4]},
        r"gabor_pyramid: 1 entries in grid, but 5 in cycles_per_image; give one per",
    ),
}

BETAS = {
    **{"name": "b", "kind": "betas", "root": ".", "subjects": ["1"], "path": "a.mat"},
    "blocks": [{"response": "x", "stimulus_id": "y"}],
    "stimuli": {},
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_told_with_its_place_and_the_way_out(case):
    changes, message = REFUSED[case]

    with pytest.raises(ConfigError, match=message) as refused:
        load_config(given(**changes))

    head, *problems = str(refused.value).splitlines()
    assert head == "cannot run with this config:"
    assert len(problems) == 1


def test_all_mistakes_come_in_one_list():
    changes = [changes for changes, _ in (REFUSED["unknown kind"], REFUSED["missing"])]

    with pytest.raises(ConfigError) as refused:
        load_config(given(**changes[0], **changes[1], dataset__subjects=[1, "02"]))

    assert len(str(refused.value).splitlines()) == 4


def test_all_parts_that_disagree_come_in_one_list():
    names = ("unknown target", "subject listed twice", "betas wanted of BOLD")
    changes = {place: v for name in names for place, v in REFUSED[name][0].items()}

    with pytest.raises(ConfigError) as refused:
        load_config(given(**changes))

    assert len(str(refused.value).splitlines()) == 4


def test_given_betas_are_not_estimated_again():
    with pytest.raises(ConfigError, match=r"least_squares_all' needs BOLD, but"):
        load_config(given(dataset=BETAS))


def test_a_region_called_all_is_refused():
    rois = {"all": "roi.nii.gz"}
    with pytest.raises(ConfigError, match=r"dataset\.rois: 'all' is a name that"):
        load_config(given(dataset={**BETAS, "rois": rois}, responses__estimate="given"))


@pytest.mark.parametrize("runs", [{"1": [1]}, {1: ["01"]}])
def test_unquoted_runs_of_a_session_are_refused(runs):
    raw = given(dataset={"kind": "bold", "sessions": runs})

    with pytest.raises(ConfigError, match=r"dataset\.sessions: 1 is not quoted"):
        load_config(raw)


@pytest.mark.parametrize("raw", [{}, {"dataset": None}, {"dataset": "x"}])
def test_a_config_without_a_dataset_is_refused(raw):
    with pytest.raises(ConfigError, match=r"dataset: "):
        load_config(raw)


def test_defaults_are_filled_in():
    config = load_config(given())

    assert config.dataset.n_shared == 100
    assert config.evaluation.n_permutations == 1000
    assert config.responses.hrf == "glover"


def test_the_given_mapping_is_left_alone():
    raw = given()

    load_config(raw)

    assert raw == given()


def test_settings_cannot_be_changed_afterwards():
    config = load_config(given())

    with pytest.raises(ValueError, match="frozen"):
        config.dataset.name = "other"

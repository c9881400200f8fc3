"""Names that become folders hold nothing that leaves them, or that a shell reads."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.files import read_config

HOSTILE = [
    *(
        "..",
        "../../etc",
        "a/b",
        "/etc/passwd",
        "a\\b",
        "a b",
        "a'b",
        'a"b',
        "a\n",
        "\n",
    ),
    *(
        "a;rm -rf ~",
        "$(id)",
        "`id`",
        "$HOME",
        "a|b",
        "a&b",
        "a>b",
        "*",
        "?",
        "[a]",
        "{a}",
    ),
    *("é", "a\0b", "-rf", "~", "", " ", "<script>", "a\tb", "\u202ea", "%2e%2e"),
]


def study():
    """Give the least study that can be run."""
    return {
        "dataset": {"name": "a", "kind": "simulated", "subjects": ["01"]},
        "splits": {"s": {"kind": "shared_images"}},
        "feature_spaces": {"w": {"kind": "tfidf"}},
        "encoders": {"e": {"kind": "ridge", "features": ["w"]}},
        "decoders": {"d": {"kind": "ridge", "target": "w"}},
    }


def series(run):
    """Give a study of time courses with a run of a given label."""
    return {
        "name": "a",
        "kind": "series",
        "root": "data",
        "subjects": ["01"],
        "runs": [run],
        "series": "sub-{subject}_run-{run}.tsv",
        "tr_s": 2,
        "stimuli": {"kind": "none"},
    }


def test_the_study_itself_is_fine():
    assert load_config(study()).dataset.subjects == ["01"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("part", ["splits", "feature_spaces", "encoders", "decoders"])
def test_a_hostile_name_of_a_part_is_refused(part, name):
    raw = study()
    raw[part][name] = next(iter(raw[part].values()))

    with pytest.raises(ConfigError, match="may hold letters, digits and '-' only"):
        load_config(raw)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_study_or_subject_is_refused(name):
    for key, value in {"name": name, "subjects": ["01", name]}.items():
        raw = study()
        raw["dataset"][key] = value

        with pytest.raises(ConfigError, match=rf"(?s)dataset\.{key}.*may hold letters"):
            load_config(raw)


@pytest.mark.parametrize("run", HOSTILE)
def test_a_hostile_run_is_refused(run):
    raw = {**study(), "dataset": series(run)}

    with pytest.raises(ConfigError, match=r"letters, digits, '_', '\.' and '-' only"):
        load_config(raw)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['echo x > PATH']",
        "a: !!python/name:os.system",
        "&a [*a, *a]",
        "a: &a [x]\nb: [*a, *a, *a]",
    ],
)
def test_a_config_that_would_run_code_is_refused(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text.replace("PATH", str(tmp_path / "ran")))

    with pytest.raises(ConfigError):
        read_config(path)

    assert not (tmp_path / "ran").exists()

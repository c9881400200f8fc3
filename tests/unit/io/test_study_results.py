"""A whole run read back: every number from its file, every file in its place."""

import json

import numpy as np
import pytest
from tiny_study import ENCODERS, HOSTILE, SUBJECTS

from boldwise.errors import StoreError
from boldwise.io.stores import open_store
from boldwise.io.study_results import read_rows, read_study, read_study_figure


@pytest.fixture(scope="module")
def study(tiny, captions):
    return read_study(tiny.inputs(captions=captions), SUBJECTS)


def test_subjects_come_with_their_sizes(study):
    facts = study.subjects["02"]

    assert list(study.subjects) == list(SUBJECTS)
    assert (facts.n_trials, facts.n_stimuli, facts.n_runs) == (56, 32, 4)
    assert facts.n_voxels == 60
    assert facts.regions == {"V1<i>&": 30, "noise": 15}
    assert facts.has_affine
    assert facts.notes == {"estimator": HOSTILE}


def test_stimuli_come_with_what_is_known_of_them(study):
    assert study.n_stimuli == 32
    assert study.stimulus_columns == ["image", "caption", "category"]


def test_ceilings_are_medians_over_the_voxels_of_a_region(study, tiny):
    with open_store(tiny.root / "ceilings/main/sub-01.h5", schema="noise_ceiling") as s:
        values, null = s["noise_ceiling"][()], s["null_noise_ceiling"][()]

    facts = study.splits["main"].ceilings["01"]

    assert facts.medians["V1<i>&"] == pytest.approx(np.median(values[:30]))
    assert facts.null_medians["all"] == pytest.approx(np.median(null))
    assert "Natural Scenes Dataset" in facts.formula


def test_tables_are_read_as_they_were_written(study):
    results = study.splits["main"]

    assert {key[2] for key in results.scores} == set(ENCODERS)
    assert results.comparisons[0]["model_a"] == "gabor"
    assert {row["decoder"] for row in results.identification} == {"reader", "kinds"}
    assert len(study.recovery) == 4


def test_shuffles_become_a_mean_and_its_range(study):
    mean, low, high = study.splits["main"].shuffled["words", "all"]

    assert low <= mean <= high


def test_the_audit_of_the_split_is_read(study):
    assert study.splits["main"].audit["n_test"] == [12]


def test_the_code_of_each_rule_is_noted(study):
    assert study.code == {"tiny_rule": "c0de"}


def test_files_of_another_split_stay_with_it(tiny, tmp_path):
    """A dataset of the same name as a split must not confuse the two."""
    inputs = tiny.inputs()
    stray = tmp_path / "main" / "scores" / "other" / "scores.tsv"
    stray.parent.mkdir(parents=True)
    stray.write_text("subject\troi\tmodel\tmetric\tvalue\tlow\thigh\tn\n")

    study = read_study({**inputs, "scores": [stray, *inputs["scores"]]}, SUBJECTS)

    assert study.splits["main"].scores


def test_a_study_without_encoders_or_decoders_is_read(tiny):
    names = ("ceilings", "scores", "comparisons", "identification", "shuffled")
    nothing = {name: [] for name in names}

    study = read_study(tiny.inputs(**nothing), SUBJECTS)

    assert study.splits["main"].scores == {}
    assert study.splits["main"].identification == []


def test_captions_are_keyed_by_their_names(study):
    assert study.captions["penalties"].startswith("**What it shows.**")


def test_a_recipe_is_read_where_one_is_given(tiny, tmp_path):
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"model": "tiny-clip"}))

    study = read_study(tiny.inputs(recipe=[path]), SUBJECTS)

    assert study.tiny_clip == {"model": "tiny-clip"}


def test_without_a_recipe_there_is_none(study):
    assert study.tiny_clip is None


@pytest.mark.parametrize(
    ("path", "name", "split", "subject"),
    [
        ("main/sub-01_accuracy_map.png", "accuracy_map", "main", "01"),
        ("main/sub-02_interactive_map.html", "interactive_map", "main", "02"),
        ("main/pool_curves.svg", "pool_curves", "main", ""),
        ("recovery.png", "recovery", "", ""),
    ],
)
def test_a_figure_tells_by_its_name_what_it_belongs_to(
    tiny, path, name, split, subject
):
    figure = read_study_figure(tiny.root / "figures" / path)

    assert (figure.name, figure.split, figure.subject) == (name, split, subject)
    assert figure.path == f"figures/{path}"
    assert figure.data == (tiny.root / "figures" / path).read_bytes()


def test_a_figure_keeps_its_words(tiny):
    figure = read_study_figure(tiny.root / "figures/main/ranks.svg")

    assert figure.description == f"Picture main/ranks.svg {HOSTILE}"


def test_a_figure_outside_its_folder_is_refused(tiny):
    with pytest.raises(StoreError, match="lie in a folder 'figures'"):
        read_study_figure(tiny.root / "stray.png")


def test_rows_of_a_table_are_text_by_column(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("a\tb\n1\tn/a\n2\tx\n")

    assert read_rows(path) == [{"a": "1", "b": "n/a"}, {"a": "2", "b": "x"}]

"""Mirrors src/boldwise/cli/check.py."""

import pytest

from boldwise.cli.check import problems_of


def change(study, old, new):
    """Exchange text of the study's config."""
    path = study / "config.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_study_in_order_has_no_problems(study):
    assert problems_of(study / "config.yaml") == []


def test_problems_of_config_are_told_without_looking_at_data(study):
    change(study, "kind: k_fold", "kind: k_fold")
    change(study, "kind: gabor_pyramid", "kind: gabor_pyramids")
    (study / "sub-01.h5").unlink()

    assert problems_of(study / "config.yaml") == [
        "cannot run with this config:",
        "feature_spaces.gabor.kind: unknown kind 'gabor_pyramids'; did you mean "
        "'gabor_pyramid'?",
    ]


def test_problems_of_data_features_and_splits_come_in_one_list(study):
    (study / "sub-01.h5").unlink()
    (study / "images/face-001.png").write_bytes(b"no picture")
    change(study, "{kind: tfidf}", f"{{kind: given, path: {study}/f.csv}}")
    change(study, "kind: shared_images", f"kind: listed\n    test: {study}/ids.txt")

    found = "\n".join(problems_of(study / "config.yaml"))

    assert "sub-01.h5: no such file" in found
    assert "face-001.png" in found
    assert "f.csv: no such file" in found
    assert "ids.txt: no such file" in found


def test_weights_that_cannot_be_had_are_a_problem(study):
    change(study, "model: tiny-clip", "model: /no/such/model")

    (problem,) = problems_of(study / "config.yaml")

    assert "no open_clip model is called '/no/such/model'" in problem


def test_features_that_the_workflow_makes_are_not_looked_for(study):
    change(study, "{kind: tfidf}", "{kind: given, path: results/s/truth/p.tsv}")

    assert problems_of(study / "config.yaml") == []


def test_ids_of_trials_that_no_stimulus_has_are_named(study):
    table = study / "sub-01_trials.csv"
    table.write_text(table.read_text().replace("house-001", "castle-001"))

    (problem,) = problems_of(study / "config.yaml")

    assert "'castle-001'" in problem
    assert "subject 01" in problem


@pytest.mark.parametrize("text", ["a: [", "- 1\n"])
def test_a_config_that_cannot_be_read_is_one_problem(tmp_path, text):
    (tmp_path / "c.yaml").write_text(text)

    assert len(problems_of(tmp_path / "c.yaml")) == 1


def test_a_layer_that_a_network_lacks_is_named_with_what_was_meant(study):
    change(
        study, "{kind: tfidf}", "{kind: timm, model: test_vit, layers: [block.0, '9']}"
    )
    change(study, "model: test_vit", "model: test_vit, weights: untrained, read: mean")

    found = problems_of(study / "config.yaml")

    assert any(
        "has no layer 'block.0'; did you mean 'blocks.0'" in one for one in found
    )
    assert any("layer 9: 'test_vit' has" in one for one in found)


def test_layers_that_a_network_has_are_no_problem(study):
    options = "kind: timm, model: test_vit, weights: untrained, read: mean"
    change(study, "{kind: tfidf}", f"{{{options}, layers: [blocks.0, '-1']}}")

    assert problems_of(study / "config.yaml") == []

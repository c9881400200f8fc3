"""Is a study ready to run? Its config, its data, its features and its weights."""

from pathlib import Path
from typing import Any

from boldwise.features.backends.backbone import KINDS, find_weights, load_backbone
from boldwise.features.backends.readout import readouts_of
from boldwise.features.backends.text_source import find_text_source
from boldwise.io.dataset_check import dataset_problems
from boldwise.io.given_features import read_given_features
from boldwise.io.matrices import read_matrix
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.score_stores import read_listed
from boldwise.settings.files import read_config
from boldwise.settings.study import Config


def problems_of(path: str | Path) -> list[str]:
    """Find all that would stop a study, in seconds and before anything is computed.

    Parameters
    ----------
    path : path
        Its config file.

    Returns
    -------
    problems : list of str
        One sentence each; empty if the study is ready. With a config that cannot
        be read, the data cannot be looked at.
    """
    problems = Problems()
    with problems.collect():
        config = read_config(path)
        problems.add(dataset_problems(config.dataset, config.responses))
        _check_splits(config, problems)
        _check_features(config, problems)
    return [line.strip() for line in dict.fromkeys(problems.found)]


def _check_splits(config: Config, problems: Problems) -> None:
    for split in config.splits.values():
        if split.kind == "listed":
            with problems.collect():
                read_listed([expand(split.test)])


def _check_layers(space: Any, problems: Problems) -> None:
    """Look for each layer that is named; an untrained network has the same ones."""
    if space.layer is None and not space.layers:
        return
    options = {**space.model_dump(), "weights": "untrained", "device": "cpu"}
    backbone = load_backbone(space.kind, {**options, "precision": "float32"})
    for readout in readouts_of(options):
        with problems.collect():
            backbone.expect(readout)


def _check_features(config: Config, problems: Problems) -> None:
    """Look for files of given features and weights, but not for what will be made."""
    for space in config.feature_spaces.values():
        with problems.collect():
            if space.kind in KINDS:
                find_weights(space.kind, space.model_dump())
                _check_layers(space, problems)
            if space.kind == "language_model":
                find_text_source(space.model, space.weights)
            if space.kind == "given" and not space.path.startswith("results/"):
                read_given_features(expand(space.path), columns=space.columns)
            if space.kind == "given_volumes":
                for run in getattr(config.dataset, "runs", []):
                    read_matrix(expand(space.path.format(run=run)))

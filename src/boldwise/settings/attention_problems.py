"""What trained encoders need from the rest of a config."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from boldwise.settings.attention import BY_TOKENS, TRAINED
from boldwise.settings.expansion import Spaces, entry_of, expand_spaces, names_of
from boldwise.settings.networks import SPATIAL
from boldwise.settings.space_problems import has_images

if TYPE_CHECKING:
    from boldwise.settings.study import Config


def attention_problems(config: "Config") -> list[str]:
    """Find what trained encoders lack: tokens, regions, pictures, other subjects.

    Parameters
    ----------
    config : Config
        Each part of it is valid by itself.

    Returns
    -------
    problems : list of str
        One sentence each, led by the place in the config.
    """
    trained = {n: e for n, e in config.encoders.items() if e.kind in TRAINED}
    problems = [
        f"encoders.{name}: '{one.kind}' takes one response per trial, and "
        "`estimate: timeseries` gives one per volume; write `kind: ridge` with delays."
        for name, one in trained.items()
        if config.responses.estimate == "timeseries"
    ]
    for name, one in trained.items():
        where = f"encoders.{name}"
        problems += [*_tokens(config, where, one), *_needs(config, where, one)]
        if name in config.evaluation.shuffled and not getattr(one, "n_shuffles", 0):
            problems.append(
                f"evaluation.shuffled: '{name}' has `n_shuffles: 0`; set it to 1 or "
                "more, or leave the encoder out."
            )
    return problems


def has_places(spaces: Spaces, name: str) -> bool:
    """Tell whether a feature space has a vector for each place of a grid.

    Parameters
    ----------
    spaces : mapping of name to options
        Expanded.
    name : str

    Returns
    -------
    has_places : bool
    """
    read = getattr(spaces[entry_of(spaces, name)], "read", None)
    return read in SPATIAL and spaces[name].kind != "shuffled"


def _tokens(config: "Config", where: str, encoder: Any) -> Iterator[str]:
    spaces = expand_spaces(config.feature_spaces)
    wanted = [name for name in encoder.features if name in spaces]
    if encoder.kind not in BY_TOKENS or any(not _known(spaces, n) for n in wanted):
        return  # Told by others.
    features = [one for name in wanted for one in names_of(spaces, name)]
    lacking = [name for name in features if not has_places(spaces, name)]
    if lacking:
        yield (
            f"{where}.features: '{encoder.kind}' reads tokens, and "
            f"{', '.join(lacking)} gives one vector for each stimulus; take a layer of "
            "a network with `read: tokens`, `map` or `queries`."
        )
    if encoder.kind == "spatial_readout" and len(features) > 1:
        yield (
            f"{where}.features: '{encoder.kind}' reads one token space; name one of "
            f"{', '.join(features)}."
        )


def _known(spaces: Spaces, name: str) -> bool:
    """Whether layers and shuffles lead to an entry."""
    while spaces[name].kind in ("layer", "shuffled"):
        name = spaces[name].of
        if name not in spaces:
            return False
    return True


def _needs(config: "Config", where: str, encoder: Any) -> Iterator[str]:
    dataset = config.dataset
    if encoder.kind == "in_context" and len(dataset.subjects) < 2:
        yield (
            f"{where}: 'in_context' learns from the other subjects, and `dataset` "
            "lists one; list two or more, or write `kind: ridge`."
        )
    spaces = expand_spaces(config.feature_spaces)
    for name in getattr(encoder, "beside", []):
        if name in spaces and getattr(spaces[name], "layers", []):
            listed = ", ".join(names_of(spaces, name))
            yield f"{where}.beside: '{name}' has several layers; name {listed}."
    if getattr(encoder, "new_subjects", None) and len(dataset.subjects) < 2:
        yield (
            f"{where}.new_subjects: a subject that is left out needs others to train "
            "on, and `dataset` lists one; list two or more, or leave it away."
        )
    if encoder.kind == "response_optimised" and not has_images(config):
        yield (
            f"{where}: 'response_optimised' learns from pictures, but "
            "`dataset.stimuli` names none; give `images` there."
        )
    granularity = getattr(encoder, "granularity", "")
    if granularity in ("roi", "stream") and not _has_regions(dataset):
        yield (
            f"{where}.granularity: '{granularity}' gives each region a query, but "
            "`dataset` names no regions; give `rois` or `atlases` there, or write "
            "`granularity: hemisphere`, `voxel` or `learned`."
        )


def _has_regions(dataset: Any) -> bool:
    given = [getattr(dataset, name, None) for name in ("rois", "atlases")]
    return dataset.kind == "simulated" or any(given)

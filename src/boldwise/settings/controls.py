"""Controls that stand beside every score, unless the config says otherwise."""

from collections.abc import Mapping

from boldwise.errors import ConfigError
from boldwise.settings.base import Options
from boldwise.settings.continuous import Position, WordRate
from boldwise.settings.dataset import SimulatedDataset
from boldwise.settings.models import ColourStatistics, GaborPyramid, RidgeEncoder
from boldwise.settings.study import Config

LOW_LEVEL_KINDS = (
    *("gabor_pyramid", "colour_statistics", "hog", "spectral_slope", "pixels"),
    *("motion_energy",),
    *("position", "word_rate", "onsets", "sound_power", "word_statistics"),
)
TIMING_KINDS = ("position", "word_rate")
SPACES = {
    "control-gabor": GaborPyramid(kind="gabor_pyramid", n_components=100),
    "control-colour": ColourStatistics(kind="colour_statistics"),
}
ENCODER = "control-low-level"
TIMING = "control-timing"


def add_controls(config: Config) -> Config:
    """Add a low-level encoder where none is configured that a model must beat.

    For images, what the picture's texture and colour explain; for time series, what
    the time in the run and the rate of words explain. Without that encoder nobody can
    tell whether a model knows more.

    Parameters
    ----------
    config : Config

    Returns
    -------
    config : Config
        The same object if nothing was missing.

    Raises
    ------
    ConfigError
        If something else has the name of a control.
    """
    if not config.evaluation.low_level_control or not config.encoders:
        return config
    if config.responses.estimate == "timeseries":
        return config if _has_timing(config) else _add(config, *_timing(config))
    if not _has_images(config) or _has_low_level(config):
        return config
    return _add(config, ENCODER, SPACES, [])


def _add(
    config: Config, name: str, spaces: Mapping[str, Options], delays: list[int]
) -> Config:
    _refuse_taken(config, name, spaces)
    control = RidgeEncoder(kind="ridge", features=list(spaces), delays=delays)
    return config.model_copy(
        update={
            "feature_spaces": {**config.feature_spaces, **spaces},
            "encoders": {**config.encoders, name: control},
        }
    )


def _refuse_taken(config: Config, name: str, spaces: Mapping[str, Options]) -> None:
    """Never replace what the user wrote under the name of a control."""
    known = config.feature_spaces
    taken = [f"encoders.{name}"] if name in config.encoders else []
    taken += [
        f"feature_spaces.{space}"
        for space, options in spaces.items()
        if known.get(space, options) != options
    ]
    if taken:
        raise ConfigError(
            f"{', '.join(taken)}: boldwise adds a control of this name; rename yours, "
            "or set `evaluation.low_level_control: false`."
        )


def _timing(config: Config) -> tuple[str, dict[str, Options], list[int]]:
    """Name, feature spaces and delays of the control for time series."""
    spaces: dict[str, Options] = {"control-position": Position(kind="position")}
    given = [one for one in config.feature_spaces.values() if one.kind == "word_rate"]
    stimuli = getattr(config.dataset, "stimuli", None)
    story = stimuli.story if stimuli else None
    if given:
        spaces["control-word-rate"] = given[0]
    elif story and story.transcript:
        spaces["control-word-rate"] = WordRate(kind="word_rate")
    delays = [getattr(one, "delays", []) for one in config.encoders.values()]
    return TIMING, spaces, max(delays, key=len)


def _has_timing(config: Config) -> bool:
    """Tell whether an encoder knows the position in the run, and no more than words."""
    kinds = [
        {config.feature_spaces[space].kind for space in encoder.features}
        for encoder in config.encoders.values()
    ]
    return any("position" in one and one <= set(TIMING_KINDS) for one in kinds)


def is_low_level(config: Config, encoder: str) -> bool:
    """Tell whether all feature spaces of an encoder are low-level.

    Parameters
    ----------
    config : Config
    encoder : str
        Name of an entry.

    Returns
    -------
    low_level : bool
    """
    spaces = [config.feature_spaces[name] for name in config.encoders[encoder].features]
    return bool(spaces) and all(
        space.kind in LOW_LEVEL_KINDS or getattr(space, "low_level", False)
        for space in spaces
    )


def _has_low_level(config: Config) -> bool:
    return any(is_low_level(config, encoder) for encoder in config.encoders)


def _has_images(config: Config) -> bool:
    dataset = config.dataset
    if isinstance(dataset, SimulatedDataset):
        return True
    return bool(dataset.stimuli.images)

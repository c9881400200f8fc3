"""Controls that stand beside every score, unless the config says otherwise."""

from boldwise.settings.dataset import SimulatedDataset
from boldwise.settings.models import ColourStatistics, GaborPyramid, RidgeEncoder
from boldwise.settings.study import Config

LOW_LEVEL_KINDS = ("gabor_pyramid", "colour_statistics")
SPACES = {
    "control-gabor": GaborPyramid(kind="gabor_pyramid", n_components=100),
    "control-colour": ColourStatistics(kind="colour_statistics"),
}
ENCODER = "control-low-level"


def add_controls(config: Config) -> Config:
    """Add a low-level encoder where there are images and none is configured.

    A model of meaning must beat what the picture's texture and colour explain;
    without that encoder nobody can tell.

    Parameters
    ----------
    config : Config

    Returns
    -------
    config : Config
        The same object if nothing was missing.
    """
    wanted = config.evaluation.low_level_control and config.encoders
    if not wanted or not _has_images(config) or _has_low_level(config):
        return config
    control = RidgeEncoder(kind="ridge", features=list(SPACES))
    return config.model_copy(
        update={
            "feature_spaces": {**config.feature_spaces, **SPACES},
            "encoders": {**config.encoders, ENCODER: control},
        }
    )


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
    return all(
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

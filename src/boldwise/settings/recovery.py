"""Which encoders of a config should find the truth of the simulated brains."""

from boldwise.settings.models import EncoderOptions, OpenClip
from boldwise.settings.study import Config

KINDS = {
    "early_visual": ("gabor_pyramid",),
    "category": ("given",),
    "semantic": ("tfidf", "open_clip"),
}


def encoders_by_population(config: Config) -> dict[str, list[str]]:
    """Name the encoders whose one feature space holds what a population follows.

    Parameters
    ----------
    config : Config

    Returns
    -------
    encoders : dict of list of str
        By population. Only trained text towers speak for meaning.
    """
    return {
        population: [
            name
            for name, encoder in config.encoders.items()
            if len(encoder.features) == 1 and _follows(config, encoder, kinds)
        ]
        for population, kinds in KINDS.items()
    }


def _follows(config: Config, encoder: EncoderOptions, kinds: tuple[str, ...]) -> bool:
    space = config.feature_spaces[encoder.features[0]]
    if isinstance(space, OpenClip) and space.weights == "untrained":
        return False
    return space.kind in kinds and getattr(space, "tower", "text") == "text"

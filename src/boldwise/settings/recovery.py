"""Which encoders of a config should find the truth of the simulated brains."""

from boldwise.settings.study import Config

KINDS = {  # kind of feature space that each population follows by construction
    "early_visual": "gabor_pyramid",
    "category": "given",
    "semantic": "tfidf",
}


def encoders_by_population(config: Config) -> dict[str, list[str]]:
    """Name the encoders whose one feature space holds what a population follows.

    Parameters
    ----------
    config : Config

    Returns
    -------
    encoders : dict of list of str
        By population. A learned embedding is never among them: whether it keeps
        what a population follows is a finding, not a demand.
    """
    return {
        population: [
            name
            for name, encoder in config.encoders.items()
            if [config.feature_spaces[space].kind for space in encoder.features]
            == [kind]
        ]
        for population, kind in KINDS.items()
    }

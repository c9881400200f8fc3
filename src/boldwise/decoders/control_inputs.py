"""Responses that know nothing of the stimulus: what a decoder must fail on.

A decoder that names a stimulus from these names it from what it knows of stimuli, or
from an error of the scoring.
"""

import numpy as np

from boldwise.decoders.scaling import RowScale
from boldwise.errors import ConfigError

CONTROLS = ("noise_input", "mean_brain", "shuffled_brain")


def control_responses(
    kind: str, responses: np.ndarray, scale: RowScale, *, seed: int
) -> np.ndarray:
    """Replace test responses by those of a control.

    Parameters
    ----------
    kind : str
        ``"noise_input"``: Gaussian noise of the mean and width of each voxel;
        ``"mean_brain"``: the mean training response for every stimulus;
        ``"shuffled_brain"``: the test responses in another order, drawn at random, in
        which some may keep their place: only so is the mean over draws chance.
    responses : array of shape (n_test, V)
    scale : RowScale
        Mean and width (V,) of the training trials.
    seed : int
        Of the draw.

    Returns
    -------
    control : array of float32, shape (n_test, V)
    """
    generator = np.random.default_rng([seed, CONTROLS.index(_known(kind))])
    if kind == "shuffled_brain":
        return np.asarray(responses[generator.permutation(len(responses))], np.float32)
    noise = np.zeros(responses.shape, np.float32)
    if kind == "noise_input":
        noise = generator.standard_normal(responses.shape, np.float32)
    return scale.undo(noise)


def _known(kind: str) -> str:
    if kind not in CONTROLS:
        raise ConfigError(f"no control '{kind}'; known: {', '.join(CONTROLS)}.")
    return kind

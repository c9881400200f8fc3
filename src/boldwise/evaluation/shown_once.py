"""Trial table of stimuli that nobody was measured with, so that they can be split."""

import numpy as np

from boldwise.features.records import Stimuli
from boldwise.responses.records import Trials


def shown_once(stimuli: Stimuli) -> Trials:
    """Write the trial table of somebody who saw every stimulus once, by itself.

    Parameters
    ----------
    stimuli : Stimuli

    Returns
    -------
    trials : Trials
        One per stimulus, each in a run of its own: nothing but the stimuli can be
        shared between training and test.
    """
    n_stimuli = len(stimuli)
    return Trials(
        stimulus_id=stimuli.stimulus_id,
        session=np.full(n_stimuli, "1"),
        run=np.arange(n_stimuli).astype(str),
        onset_s=np.zeros(n_stimuli),
        repeat=np.zeros(n_stimuli, np.int64),
    )

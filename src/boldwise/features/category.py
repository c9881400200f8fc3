"""Category labels as features: what an ideal observer of categories would report."""

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import FeatureSpace, Stimuli


def category_labels(stimuli: Stimuli) -> FeatureSpace:
    """One column per category, 1 where the stimulus carries it.

    Parameters
    ----------
    stimuli : Stimuli
        With ``category``: one or more labels, separated by ``;``.

    Returns
    -------
    space : FeatureSpace
        Columns are the sorted labels. A stimulus without a label has zeros only.

    Raises
    ------
    DataError
        If no stimulus has a label.
    """
    carried = [
        {label.strip() for label in str(labels).split(";")} - {""}
        for labels in stimuli.need("category")
    ]
    names = sorted(set().union(*carried))
    if not names:
        raise DataError(
            f"none of the {len(stimuli)} stimuli has a category label. Fill the "
            "category column, or leave out this feature space."
        )
    column = {name: place for place, name in enumerate(names)}
    feature = np.zeros((len(stimuli), len(names)), np.float32)
    for row, labels in enumerate(carried):
        feature[row, [column[label] for label in sorted(labels)]] = 1
    return FeatureSpace(stimuli.stimulus_id, feature, column=np.array(names))

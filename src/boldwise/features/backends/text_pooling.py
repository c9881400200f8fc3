"""How a sentence-transformers folder makes one vector of a text."""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import ConfigError, WeightsError, name_some
from boldwise.features.backends.text_source import TextSource

LEGACY = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_lasttoken": "lasttoken",
}
MODES = tuple(LEGACY.values())


@dataclass(frozen=True)
class Pooling:
    """What stands behind the network in the model's own folder.

    Attributes
    ----------
    mode : str
        ``cls``, ``max``, ``mean`` or ``lasttoken``, over all sub-words with marks.
    normalise : bool
        Vectors are brought to length 1.
    room : int or None
        Sub-words with marks that the model takes; None: all.
    """

    mode: str
    normalise: bool
    room: int | None

    def apply(self, state: np.ndarray) -> np.ndarray:
        """One vector for a text.

        Parameters
        ----------
        state : array of shape (T, D)
            Sub-words of the text with the model's marks.

        Returns
        -------
        vector : array of shape (D,)
        """
        if self.mode == "mean":
            vector = state.mean(axis=0)
        elif self.mode == "max":
            vector = state.max(axis=0)
        else:
            vector = state[0 if self.mode == "cls" else -1]
        length = np.linalg.norm(vector) if self.normalise else 1.0
        return np.asarray(vector / (length or 1.0))  # zeros stay


def find_pooling(source: TextSource) -> Pooling:
    """Read how a model pools, from the files beside its weights.

    Parameters
    ----------
    source : TextSource

    Returns
    -------
    pooling : Pooling

    Raises
    ------
    ConfigError
        If the model has no pooling of its own.
    WeightsError
        If it pools in a way that is not known here.
    """
    stated = source.read("1_Pooling/config.json")
    if stated is None:
        raise ConfigError(
            f"`read: pooled`: model '{source.model}' has no pooling of its own (no "
            f"1_Pooling/config.json in {source.folder}). Set read to mean, last or "
            "class."
        )
    modes = stated.get("pooling_mode") or [
        name for key, name in LEGACY.items() if stated.get(key)
    ]
    chosen = [modes] if isinstance(modes, str) else list(modes)
    stages = [
        one["type"].rpartition(".")[2] for one in source.read("modules.json") or []
    ]
    strange = sorted({*stages} - {"Transformer", "Pooling", "Normalize"})
    strange += [one for one in chosen if one not in MODES]
    if strange or len(chosen) != 1:
        raise WeightsError(
            f"model '{source.model}' pools by {name_some(strange or chosen)}; known "
            f"here: one of {name_some(MODES)}, and Normalize. Set read to mean, last "
            "or class."
        )
    sizes = source.read("sentence_bert_config.json") or {}
    return Pooling(chosen[0], "Normalize" in stages, sizes.get("max_seq_length"))

"""What goes into training an encoder in one outer fold, and what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.trained_rows import FoldRows
from boldwise.errors import DataError
from boldwise.features.records import FittedFeatures
from boldwise.training.history import History
from boldwise.training.moment import Progress


@dataclass(frozen=True)
class TokenSpace:
    """Tokens of all stimuli, from one layer of a network.

    Attributes
    ----------
    name : str
        Of the feature space.
    stimulus_id : array of str, shape (n_stimuli,)
    token : sliceable of shape (n_stimuli, T, D)
        Row by row over the places of the grid; may lie on disk.
    grid : (int, int)
        Rows and columns; T is their product.
    """

    name: str
    stimulus_id: np.ndarray
    token: Any
    grid: tuple[int, int]


@dataclass(frozen=True)
class Sources:
    """What describes the stimuli; each kind of encoder reads its part.

    Attributes
    ----------
    tokens : tuple of TokenSpace
    spaces : tuple of FittedFeatures
        Vectors, as fitted in each outer fold.
    stimulus_id : array of str, shape (n_stimuli,)
        Of the pictures.
    pictures : sliceable of uint8, shape (n_stimuli, H, W, 3), or None
    """

    tokens: tuple[TokenSpace, ...] = ()
    spaces: tuple[FittedFeatures, ...] = ()
    stimulus_id: np.ndarray = field(default_factory=lambda: np.empty(0, str))
    pictures: Any = None

    def token_ids(self) -> np.ndarray:
        """Ids of the rows of all token spaces, shape (n_stimuli,).

        Raises
        ------
        DataError
            If token spaces describe different stimuli.
        """
        first = self.tokens[0]
        for other in self.tokens[1:]:
            if not np.array_equal(first.stimulus_id, other.stimulus_id):
                raise DataError(
                    f"'{first.name}' and '{other.name}' do not describe the same "
                    "stimuli in the same order. Delete both and run snakemake again."
                )
        return first.stimulus_id


@dataclass(frozen=True)
class FoldTask:
    """One outer fold, ready to be fitted.

    Attributes
    ----------
    number : int
        Of the fold.
    rows : mapping of subject to FoldRows
    wanted : tuple of str
        Subjects to predict; the others only teach.
    sources : Sources
    options : mapping
        Of the encoder, as in the config.
    folder : path or None
        Of checkpoints.
    progress : callable or None
    """

    number: int
    rows: Mapping[str, FoldRows]
    wanted: tuple[str, ...]
    sources: Sources
    options: Mapping[str, Any]
    folder: Path | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class FoldFit:
    """What came out of one outer fold.

    Attributes
    ----------
    prediction : dict of subject to array of float32, shape (n_test, n_voxels)
        In the unit of the responses.
    weights : dict of dict of array
        By label of a training run; the shapes are those of the model.
    histories : dict of History
        By the same labels.
    found : dict of array
        Attention maps, receptive fields, embeddings: whatever the kind has.
    n_parameters : int
        That were trained.
    """

    prediction: dict[str, np.ndarray]
    weights: dict[str, dict[str, np.ndarray]]
    histories: dict[str, History]
    found: dict[str, np.ndarray]
    n_parameters: int


Fit = Callable[[FoldTask], FoldFit]

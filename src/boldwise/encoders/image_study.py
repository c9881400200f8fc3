"""Pictures and the responses of several subjects, for a core that they share.

Letters for shapes: B pairs of subject and picture in a batch, H by W pixels, P colour
planes, V voxels of one subject.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boldwise.encoders.map_study import Scale, scale_of_columns
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.training.batches import Batch, deal_rows
from boldwise.training.rows import digest_of, take_rows
from boldwise.training.seeds import ORDER, stream
from boldwise.training.split import validation_rows


@dataclass(frozen=True)
class Viewer:
    """What one subject saw, and how their voxels responded.

    Attributes
    ----------
    responses : array of shape (n_train, n_voxels)
        Any unit.
    train_row : array of int, shape (n_train,)
        Rows of the pictures.
    test_row : array of int, shape (n_test,)
    """

    responses: np.ndarray
    train_row: np.ndarray
    test_row: np.ndarray

    def __post_init__(self) -> None:
        if len(self.responses) != len(self.train_row):
            raise ShapeMismatchError(
                f"{len(self.train_row)} training rows, but {len(self.responses)} "
                "responses: join them by stimulus id."
            )


@dataclass(frozen=True)
class ImageStudy:
    """Pictures that several subjects saw, in whole or in part.

    Attributes
    ----------
    pictures : sliceable of uint8, shape (n_stimuli, H, W, P)
    viewers : mapping of subject to Viewer
    groups : array of shape (n_stimuli,), optional
        Pictures of one group are all trained on, or all validated, for all subjects
        together; absent: each picture is its own.

    Raises
    ------
    DataError
        If one subject trains on what any subject is tested on.
    """

    pictures: Any
    viewers: Mapping[str, Viewer]
    groups: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.pictures.shape) != 4:
            raise ShapeMismatchError(
                f"pictures of shape {tuple(self.pictures.shape)} are not (n_stimuli, "
                "height, width, planes)."
            )
        shared = np.intersect1d(self.train_row, self.test_row)
        if len(shared):
            raise DataError(
                f"{len(shared)} pictures are trained on by one subject and tested on "
                f"another or the same (row {shared[0]} first). A core that subjects "
                "share needs one split for all."
            )

    @property
    def train_row(self) -> np.ndarray:
        """Pictures that anybody trains on, ascending."""
        return self._all_of("train_row")

    @property
    def test_row(self) -> np.ndarray:
        """Pictures that anybody is tested on, ascending."""
        return self._all_of("test_row")

    def _all_of(self, name: str) -> np.ndarray:
        rows = [getattr(one, name) for one in self.viewers.values()]
        return np.unique(np.concatenate(rows))


@dataclass(frozen=True)
class ViewerBatches:
    """Steps of ``training.loop.train``: a row is a pair of subject and picture.

    Attributes
    ----------
    study : ImageStudy
    validation_share : float
        Of the training pictures, in whole groups.
    seed : int
        Of the validation pictures.
    """

    study: ImageStudy
    validation_share: float = 0.1
    seed: int = 0
    scales: dict[str, Scale] = field(init=False, repr=False)
    judged: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        study = self.study
        rows = study.train_row
        groups = rows if study.groups is None else np.asarray(study.groups)[rows]
        chosen = rows[validation_rows(groups, self.validation_share, self.seed)]
        scales = {
            name: scale_of_columns(v.responses) for name, v in study.viewers.items()
        }
        object.__setattr__(self, "judged", chosen)
        object.__setattr__(self, "scales", scales)

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch."""
        return -(-len(self._pairs(judged=False)) // batch_size)

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int = 0
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on, subjects mixed."""
        pairs = self._pairs(judged=False)
        n_steps = self.n_steps(batch_size)
        dealt = deal_rows(np.arange(len(pairs)), n_steps, stream(seed, ORDER, epoch))
        for step in range(start, n_steps):
            yield self._read(pairs[dealt[step]])

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Batches to judge by: the same ones every time."""
        pairs = self._pairs(judged=True)
        for start in range(0, len(pairs), batch_size):
            yield self._read(pairs[start : start + batch_size])

    def digest(self) -> str:
        """Tell this source from another by shapes and by many of the values."""
        told = [digest_of(self.study.pictures, self.study.train_row)]
        for name, one in self.study.viewers.items():
            rows = np.arange(len(one.responses))
            told += [name, digest_of(one.responses, rows), str(one.train_row.tolist())]
        return " ".join([*told, str(self.judged.tolist())])

    def _pairs(self, *, judged: bool) -> np.ndarray:
        """Subject and training row, shape (n_pairs, 2)."""
        found = []
        for index, one in enumerate(self.study.viewers.values()):
            row = np.flatnonzero(np.isin(one.train_row, self.judged) == judged)
            found.append(np.stack([np.full(len(row), index), row], axis=1))
        return np.concatenate(found)

    def _read(self, pairs: np.ndarray) -> Batch:
        """Pictures (n, P, H, W); by subject, their places among them and responses."""
        viewers = self.study.viewers
        seen = [one.train_row for one in viewers.values()]
        picture = np.array([seen[who][row] for who, row in pairs])
        wanted, place = np.unique(picture, return_inverse=True)
        arrays: dict[str, Any] = {
            "pictures": take_rows(self.study.pictures, wanted),
            "place": {},
            "responses": {},
        }
        for index, (name, one) in enumerate(viewers.items()):
            mine = pairs[:, 0] == index
            if mine.any():
                arrays["place"][name] = place[mine]  # (B of the subject,)
                values = one.responses[pairs[mine, 1]]
                arrays["responses"][name] = self.scales[name].apply(values)  # (B, V)
        return Batch(len(pairs), arrays)

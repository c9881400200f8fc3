"""Fitted models of a finished study, applied to what it did not measure or show."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.decoders.kept import MODEL, kept_decoder
from boldwise.decoders.linear import RidgeDecoder
from boldwise.encoders.kept_weights import KeptFold, kept_fold
from boldwise.errors import DataError, StoreError
from boldwise.evaluation.splits import Split
from boldwise.io.records import open_responses, read_voxels
from boldwise.io.stores import Store, open_store
from boldwise.responses.records import Voxels


@dataclass(frozen=True)
class Fitted:
    """What stands in a store about a fitted model.

    Attributes
    ----------
    path : Path
    options : dict
        Of the encoder or decoder, as in the config.
    folds : dict of KeptFold or RidgeDecoder
        By outer fold.
    voxels : Voxels
    split_hash : str
    about : dict
        All attributes of the store.
    """

    path: Path
    options: dict[str, Any]
    folds: dict[int, Any]
    voxels: Voxels
    split_hash: str
    about: dict[str, Any]

    @property
    def results(self) -> Path:
        """Folder of the results of the study."""
        return self.path.absolute().parents[3]

    @property
    def split(self) -> str:
        """Name of the split."""
        return self.path.absolute().parents[1].name

    @property
    def name(self) -> str:
        """Name of the encoder or decoder."""
        return self.path.absolute().parent.name

    def chosen(self, fold: int | None) -> dict[int, Any]:
        """Models of one outer fold, or of all.

        Parameters
        ----------
        fold : int or None

        Returns
        -------
        folds : dict

        Raises
        ------
        DataError
            If there is no such fold.
        """
        if fold is None:
            return self.folds
        if fold not in self.folds:
            raise DataError(
                f"{self.path}: has no outer fold {fold}; it has "
                f"{', '.join(map(str, self.folds))}."
            )
        return {fold: self.folds[fold]}


def trained_on(
    fitted: Fitted, split: Split, folds: Iterable[int], ids: np.ndarray
) -> np.ndarray:
    """Tell which stimuli a model was trained on, by their ids.

    Parameters
    ----------
    fitted : Fitted
    split : Split
    folds : iterable of int
    ids : array of str, shape (n,)

    Returns
    -------
    trained : array of bool, shape (n,)
        Where the responses of the study are gone, all training stimuli of the split
        count, whether the subject saw them or not.
    """
    trained = np.unique(np.concatenate([split.train_ids(fold) for fold in folds]))
    measured = fitted.results / "responses" / fitted.path.name
    if measured.exists():
        with open_responses(measured) as known:
            trained = np.intersect1d(trained, known.trials.stimulus_id)
    return np.asarray(np.isin(ids, trained))


def refuse_remade(fitted: Fitted, spaces: Sequence[str], split_hash: str) -> None:
    """Raise if split or features are others now than when a model was fitted.

    Parameters
    ----------
    fitted : Fitted
    spaces : sequence of str
        Feature spaces that it reads or predicts.
    split_hash : str
        Of the split as it stands.

    Raises
    ------
    StoreError
        Naming the file that was made again.
    """
    if split_hash != fitted.split_hash:
        raise StoreError(
            f"{fitted.path}: fitted under split {fitted.split_hash}, but "
            f"'{fitted.split}' is now {split_hash}. Run snakemake again."
        )
    known = {
        Path(one).parts[-3:]: digest
        for one, digest in fitted.about.get("inputs", {}).items()
    }
    for space in spaces:
        path = fitted.results / "features" / fitted.split / f"{space}.h5"
        wanted = known.get(path.parts[-3:])
        if wanted is not None and path.exists() and _hash_of(path) != wanted:
            raise StoreError(
                f"{path}: made again since {fitted.path} was fitted to it, by other "
                "code or from other data. Run snakemake again."
            )


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def read_encoder(path: str | Path) -> Fitted:
    """Read a linear encoder whose weights were kept.

    Parameters
    ----------
    path : path
        ``results/STUDY/encoders/SPLIT/ENCODER/sub-X.h5``.

    Returns
    -------
    fitted : Fitted
        Its folds are ``KeptFold``.

    Raises
    ------
    StoreError
        If its weights were not kept, or it is no such store.
    """
    with _open(path, "encoder", command="predict") as (store, about):
        layers = dict(enumerate(store["layer"][()] if "layer" in store else []))
        folds: dict[int, KeptFold] = {
            number: kept_fold(arrays, layers.get(number))
            for number, arrays in _kept(store).items()
        }
        return _fitted(store, about, folds, about["config"]["encoder"])


def read_decoder(path: str | Path) -> Fitted:
    """Read a linear decoder whose weights were kept.

    Parameters
    ----------
    path : path
        ``results/STUDY/decoders/SPLIT/DECODER/sub-X.h5``.

    Returns
    -------
    fitted : Fitted
        Its folds are ``RidgeDecoder``.

    Raises
    ------
    StoreError
        If its weights were not kept, or it is no such store.
    """
    with _open(path, "decoder", command="decode") as (store, about):
        folds: dict[int, RidgeDecoder] = {
            number: kept_decoder(arrays) for number, arrays in _kept(store).items()
        }
        return _fitted(store, about, folds, about["config"]["decoder"])


@contextmanager
def _open(
    path: str | Path, kind: str, *, command: str
) -> Iterator[tuple[Store, dict[str, Any]]]:
    """Open a store whose model can be applied."""
    with open_store(path, schema=kind) as store:
        about = store.attributes
        options = about.get("config", {}).get(kind, {})
        if not any(name.startswith(MODEL) for name in store.names):
            linear = ("ridge", "banded_ridge", "best_layer")
            own = options.get("kind", about.get("kind", "unknown"))
            advice = (
                f"Write `keep_weights: true` for it under `{kind}s` in the config and "
                "run snakemake again"
                if own in linear
                else f"`boldwise {command}` applies {kind}s of the kinds "
                f"{', '.join(linear if kind == 'encoder' else linear[:1])}"
            )
            raise StoreError(
                f"{path}: holds what the {kind} (kind {own}) said of the test stimuli, "
                f"but not its weights. {advice}."
            )
        yield store, about


def _kept(store: Store) -> dict[int, dict[str, Any]]:
    names = [name.split("/") for name in store.names if name.startswith(MODEL)]
    found: dict[int, dict[str, Any]] = {}
    for _, number, name in names:
        values = store[f"{MODEL}{number}/{name}"][()]
        found.setdefault(int(number), {})[name] = values
    return dict(sorted(found.items()))


def _fitted(
    store: Store, about: dict[str, Any], folds: dict[int, Any], options: dict[str, Any]
) -> Fitted:
    voxels = read_voxels(store)
    return Fitted(store.path, options, folds, voxels, about["split_hash"], about)

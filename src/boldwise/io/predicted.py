"""A fitted encoder, applied to new stimuli; what it predicts, as maps if wanted."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from boldwise.io.applied import Fitted, read_encoder, refuse_remade, trained_on
from boldwise.io.cifti import write_cifti
from boldwise.io.images import fill_volume, write_volume
from boldwise.io.new_features import NewStimuli, scratch_beside
from boldwise.io.records import open_responses, write_responses
from boldwise.io.score_maps import fill_mesh
from boldwise.io.surfaces import CORTEX, write_surface
from boldwise.responses.records import Responses, Trials, Voxels


@dataclass(frozen=True)
class Predicted:
    """Responses to new stimuli.

    Attributes
    ----------
    responses : Responses
        Shape (n, n_voxels), a row per stimulus.
    n_trained : int
        Stimuli that the encoder was trained on, by their ids: of these, the
        prediction is no prediction.
    """

    responses: Responses
    n_trained: int


def predict_new(
    encoder: str | Path,
    stimuli: str | Path,
    path: str | Path,
    *,
    fold: int | None = None,
    log: logging.Logger,
) -> Predicted:
    """Predict the responses to new stimuli, and write them as a store of responses.

    Parameters
    ----------
    encoder : path
        ``results/STUDY/encoders/SPLIT/ENCODER/sub-X.h5``, fitted with
        ``keep_weights``.
    stimuli : path
        Folder of pictures, or a store of stimuli.
    path : path
        Target.
    fold : int, optional
        Outer fold whose model predicts; absent: the mean over those of all folds.
    log : logging.Logger

    Returns
    -------
    predicted : Predicted

    Raises
    ------
    StoreError, DataError
        If the model cannot be applied, as ``read_encoder`` and ``NewStimuli`` say.
    """
    fitted = read_encoder(encoder)
    models, spaces = fitted.chosen(fold), list(fitted.options["features"])
    with scratch_beside(path) as scratch:
        new = NewStimuli(
            stimuli,
            fitted.results,
            split=fitted.split,
            scratch=Path(scratch),
            log=log,
        )
        refuse_remade(fitted, spaces, new.split.hash)
        described = [new.describe(space) for space in spaces]
    each = [
        model.predict([one.fold(number).feature for one in described])
        for number, model in models.items()
    ]
    trained = trained_on(fitted, new.split, models, new.stimulus_id)
    responses = _as_responses(fitted, new.stimulus_id, np.mean(each, axis=0), len(each))
    write_responses(path, responses, provenance={"rule": "boldwise predict"})
    return Predicted(responses, int(trained.sum()))


def write_value_maps(
    stem: Path,
    values: Sequence[np.ndarray] | np.ndarray,
    names: Sequence[str] | np.ndarray,
    voxels: Voxels,
    *,
    space: str = "",
) -> list[Path]:
    """Write one map for each row of values, in the kind of file that holds them.

    Parameters
    ----------
    stem : Path
        Folder; made if need be.
    values : array of shape (n, n_voxels)
    names : sequence of str, length n
        Of the files, before their endings.
    voxels : Voxels
        In a volume: NIfTI. On surfaces: GIfTI, left and right. Both: CIFTI.
    space : str
        Told in the header of volumes in MNI space.

    Returns
    -------
    paths : list of Path
    """
    stem.mkdir(parents=True, exist_ok=True)
    on_surface, paths = voxels.on_surface, []
    for row, name in zip(values, names, strict=True):
        safe = str(name).replace("/", "_")
        if not on_surface.any():
            paths.append(stem / f"{safe}.nii.gz")
            volume = fill_volume(row, voxels.ijk, voxels.volume_shape)
            write_volume(paths[-1], volume, voxels.affine, space=space)
        elif on_surface.all() and set(voxels.n_vertices) <= set(CORTEX.values()):
            for side, structure in CORTEX.items():
                paths.append(stem / f"{safe}_hemi-{side}.func.gii")
                mesh = fill_mesh(np.asarray(row), voxels, structure=structure)
                write_surface(paths[-1], mesh, structure=structure, name=str(name))
        else:
            paths.append(stem / f"{safe}.dscalar.nii")
            write_cifti(paths[-1], row, voxels, name=str(name))
    return paths


def _as_responses(
    fitted: Fitted, ids: np.ndarray, prediction: np.ndarray, n_folds: int
) -> Responses:
    """Put predictions into the form of measured responses."""
    nothing = np.full(len(ids), "")
    trials = Trials(
        ids, nothing, nothing, np.full(len(ids), np.nan), np.zeros(len(ids))
    )
    notes = {"predicted": f"by {fitted.path}, mean over outer folds: {n_folds}"}
    responses = Responses(
        np.asarray(prediction, np.float32), trials, fitted.voxels, notes=notes
    )
    measured = fitted.results / "responses" / fitted.path.name
    if not measured.exists():
        return responses
    with open_responses(measured) as known:
        return replace(responses, unit=known.unit, space=known.space)

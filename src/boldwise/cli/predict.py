"""Apply a fitted encoder to new images."""

import logging
from pathlib import Path

from boldwise.io.predicted import predict_new, write_value_maps


def predict_images(
    encoder: Path,
    images: Path,
    path: Path,
    *,
    fold: int | None = None,
    maps: bool = False,
) -> list[str]:
    """Predict responses, write them, and tell what was done.

    Parameters
    ----------
    encoder : Path
        Store of a linear encoder with its weights.
    images : Path
        Folder of pictures, or a store of stimuli.
    path : Path
        Store of responses to write.
    fold : int, optional
        Outer fold whose model predicts.
    maps : bool
        Write a map for each image, too, into a folder beside.

    Returns
    -------
    lines : list of str
        To print.
    """
    found = predict_new(encoder, images, path, fold=fold, log=logging.getLogger())
    responses = found.responses
    n, n_voxels = responses.response.shape
    lines = [f"{path}: {n} stimuli, {n_voxels} voxels, in {responses.unit}"]
    if found.n_trained:
        lines.append(
            f"{found.n_trained} of them trained the encoder (by their ids): what it "
            "says of these is no prediction."
        )
    if maps:
        folder = path.with_suffix("")
        ids, space = responses.trials.stimulus_id, responses.space
        rows, voxels = responses.response, responses.voxels
        written = write_value_maps(folder, rows, ids, voxels, space=space)
        lines.append(f"{folder}: {len(written)} maps")
    return lines

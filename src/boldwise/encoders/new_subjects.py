"""A subject whom an encoder never saw: taken up from few images, fold by fold.

Letters for shapes: V voxels.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from boldwise.encoders.trained_rows import FoldRows
from boldwise.encoders.trained_task import FoldTask
from boldwise.encoders.trained_together import (
    fit_levels,
    fit_reader,
    level_study,
    vectors_of,
)
from boldwise.training.options import TrainingOptions

ByNumber = dict[int, np.ndarray]
"""By number of images: predictions of shape (n_test, V)."""


def predict_new_subject(task: FoldTask, few: Mapping[int, FoldRows]) -> ByNumber:
    """Train on the others with all that they saw, and take up the wanted subject.

    Parameters
    ----------
    task : FoldTask
        Of the kind ``voxel_embedding`` or ``in_context``; one subject is wanted.
    few : mapping of int to FoldRows
        Training rows of that subject, by their number.

    Returns
    -------
    prediction : dict of int to array of float32, shape (n_test, V)
    """
    take_up = {"voxel_embedding": adopt_voxels, "in_context": read_voxels}
    return take_up[task.options["kind"]](task, few)


def adopt_voxels(task: FoldTask, few: Mapping[int, FoldRows]) -> ByNumber:
    """Fit embeddings of the new voxels alone; the network of the others stays.

    Parameters
    ----------
    task : FoldTask
    few : mapping of int to FoldRows

    Returns
    -------
    prediction : dict of int to array of float32, shape (n_test, V)
    """
    from boldwise.encoders.fit_voxel_embedding import ADOPTING, adopt_subjects

    (subject,), asked = task.wanted, task.options["new_subjects"]
    known = fit_levels(task, [name for name in task.rows if name != subject])
    options = replace(
        ADOPTING,
        sizes=known.model.sizes,
        n_drawn=task.options["n_drawn"],
        n_neighbours=asked["n_neighbours"],
        training=TrainingOptions(**asked["training"]),
    )
    given: dict[str, Any] = {"options": options}
    given |= {"folder": task.folder, "progress": task.progress}
    return {
        n: adopt_subjects(
            known, {subject: level_study(task, rows)}, **given
        ).prediction[subject]
        for n, rows in few.items()
    }


def read_voxels(task: FoldTask, few: Mapping[int, FoldRows]) -> ByNumber:
    """Read examples of the new voxels: no step of training.

    Parameters
    ----------
    task : FoldTask
    few : mapping of int to FoldRows

    Returns
    -------
    prediction : dict of int to array of float32, shape (n_test, V)
    """
    from boldwise.encoders.in_context import read_context

    (subject,), model = task.wanted, fit_reader(task).model
    test = vectors_of(task, task.rows[subject].test_id)  # (n_test, D)
    return {
        n: read_context(model, vectors_of(task, rows.train_id), rows.response).predict(
            test
        )
        for n, rows in few.items()
    }

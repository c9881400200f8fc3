"""How a subject whom an encoder never saw is taken up, and with how many images."""

from pydantic import Field

from boldwise.settings.base import Options
from boldwise.settings.training import NImages, Trained, Training, usual_training

AFTERWARDS = ("control_of", "training_sizes", "new_subjects", "n_clusters")
"""Options of an encoder that are of no concern to its fit."""


class NewSubjects(Options):
    """Each subject in turn is left out of training, then taken up from few images."""

    budgets: list[NImages] = Field(
        min_length=1,
        description="Numbers of training images of the new subject; more than there "
        "are: all.",
    )


class AdoptedSubjects(Trained, NewSubjects):
    """The same, by embeddings of the new voxels alone."""

    n_neighbours: int = Field(
        10,
        ge=1,
        description="A new voxel begins at the mean of so many known ones, those that "
        "respond most like it.",
    )
    training: Training = usual_training(n_epochs=10, batch_size=16, learning_rate=3e-4)

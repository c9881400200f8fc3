"""The scenes of a dataset as stimuli: ids, captions, categories."""

from collections.abc import Sequence

import numpy as np

from boldwise.features.records import Stimuli
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.protocol import name_stimuli
from boldwise.simulate.scenes import Scenes, draw_scenes
from boldwise.simulate.world import World


def draw_dataset(
    world: World, subjects: Sequence[str], *, size_px: int
) -> tuple[np.ndarray, Scenes]:
    """Draw the scenes that all subjects together see.

    Parameters
    ----------
    world : World
    subjects : sequence of str
        Labels.
    size_px : int
        Side of an image, in pixels.

    Returns
    -------
    stimulus_id : array of str, shape (n_scenes,)
        Shared scenes first, then each subject's own.
    scenes : Scenes
    """
    stimulus_id = name_stimuli(world.protocol, list(subjects))
    return stimulus_id, draw_scenes(len(stimulus_id), seed=world.seed, size_px=size_px)


def as_stimuli(stimulus_id: np.ndarray, scenes: Scenes) -> Stimuli:
    """Describe scenes as any dataset's stimuli are described.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_scenes,)
    scenes : Scenes

    Returns
    -------
    stimuli : Stimuli
        ``category`` names what the scene shows: ``face;house``.
    """
    names = np.array(CATEGORIES)
    category = np.array([";".join(names[there]) for there in scenes.present])
    return Stimuli(
        stimulus_id=stimulus_id,
        image=scenes.image,
        caption=scenes.caption,
        category=category,
    )

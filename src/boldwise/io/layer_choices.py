"""Which layer each voxel chose, from the stores of encoders."""

from collections.abc import Iterable
from pathlib import Path

from boldwise.evaluation.splits import Split
from boldwise.io.stores import open_store
from boldwise.reporting.layer_choice import LayerChoice


def read_layer_choices(
    paths: Iterable[str | Path], split: Split
) -> dict[str, LayerChoice]:
    """Read the choices of encoders of kind ``best_layer``.

    Parameters
    ----------
    paths : iterable of path
        Stores named ``<encoder>/sub-<subject>.h5``.
    split : Split
        All must have been made under it.

    Returns
    -------
    choices : dict of encoder to LayerChoice
    """
    found = {}
    for path in map(Path, paths):
        with open_store(path, schema="encoder") as store:
            about = store.attributes
            split.refuse_other(about["split_hash"], what=str(path))
            found[path.parent.name] = LayerChoice(
                spaces=list(about["features"]),
                choose_by=about["config"]["encoder"]["choose_by"],
                layer=store["layer"][()],
                score=store["layer_score"][()],
            )
    return found

"""What one pass of a network over images is made of, and what its results depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.features.backends.backbone import KINDS, load_backbone
from boldwise.features.backends.readout import readouts_of
from boldwise.features.batch_size import (
    MOST,
    choose_batch,
    peak_of_gpu,
    peak_of_process,
)
from boldwise.features.layers import layer_slug
from boldwise.features.streaming import Pace, choose_pace
from boldwise.io.image_blocks import open_images
from boldwise.provenance import code_of

LIBRARIES = ("torch", "numpy")
CODE = ("streaming", "backends.torch_backbone")


@dataclass(frozen=True)
class Pass:
    """One network over all images, for one or several readouts.

    Attributes
    ----------
    images : Images
        With ``digest`` and ``decoder``, as of ``io.image_blocks``.
    network : Backbone
    readouts : mapping of str to Readout
        By the name that they have in the store.
    batch_size : int or None
        None: what memory allows.
    memory_bytes : float
        That the job may use.
    n_cores : int
    """

    images: Any
    network: Any
    readouts: Mapping[str, Any]
    batch_size: int | None = None
    memory_bytes: float = 4e9
    n_cores: int = 1

    @property
    def pace(self) -> Pace:
        """How the work is shared out between cores."""
        return choose_pace(self.network.device, self.n_cores)

    def identities(self) -> dict[str, dict[str, Any]]:
        """All that the numbers of each readout depend on, but for the batch size."""
        network, images = self.network, self.images
        common = {
            "stimuli": images.digest(),
            "n_stimuli": len(images),
            "decoder": images.decoder,
            "kind": network.card.kind,
            "model": network.card.model,
            "weights": network.card.weights,
            "weights_sha256": network.card.weights_sha256,
            "preprocessing": network.card.preprocessing,
            "batch_size": self.batch_size or "auto",
            "device": network.device.partition(":")[0],
            "precision": network.precision,
            "code": _code(network),
            "libraries": {name: version(name) for name in LIBRARIES},
        }
        return {
            name: {**common, "readout": {n: str(v) for n, v in vars(one).items()}}
            for name, one in self.readouts.items()
        }

    def probe(self) -> int:
        """Choose the batch that memory holds."""
        network, device = self.network, self.network.device.partition(":")[0]
        readouts = list(self.readouts.values())
        pixels = np.zeros((1, 3, *network.card.input_size), np.float32)

        def run(n: int) -> None:
            network.describe(pixels.repeat(n, axis=0), readouts)

        return choose_batch(
            run,
            memory_bytes=self.memory_bytes,
            most=MOST.get(device, MOST["cpu"]),
            measure=peak_of_process if device == "cpu" else peak_of_gpu,
            n_lanes=self.pace.n_lanes,
        )


def plan_pass(
    stimuli: str | Path,
    options: Mapping[str, Any],
    *,
    n_cores: int,
    memory_gb: float,
) -> Pass:
    """Load the network of a feature space, and say what it shall describe.

    Parameters
    ----------
    stimuli : path
        Store with the images, or with the paths of their files.
    options : mapping
        Of the feature space, as in the config.
    n_cores : int
        That the job may use.
    memory_gb : float
        GiB that the job may use.

    Returns
    -------
    wanted : Pass

    Raises
    ------
    DataError
        If the stimuli have no images.
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.
    """
    return Pass(
        images=open_images(stimuli),
        network=load_backbone(options["kind"], options),
        readouts={layer_slug(one.layer): one for one in readouts_of(options)},
        batch_size=options.get("batch_size"),
        memory_bytes=memory_gb * 2**30,
        n_cores=n_cores,
    )


def _code(network: Any) -> str:
    """Hash of the code that makes features of images."""
    library = KINDS.get(network.card.kind, "torch_backbone")
    names = [f"boldwise.features.{one}" for one in (*CODE, f"backends.{library}")]
    found = [find_spec(name) for name in names]
    return "".join(code_of(one.origin) for one in found if one and one.origin)

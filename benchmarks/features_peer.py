"""Time thingsvision on a folder of images; run by ``benchmarks/features.py``.

``python benchmarks/features_peer.py MODEL FOLDER N_THREADS BATCH`` needs thingsvision
and open_clip, nothing of boldwise. It prints one line of JSON: images/s with the loader
of thingsvision and with PyTorch's own in as many processes as there are threads, and
the better of both. Loading the model is not timed; decoding, the model and an array in
memory are, and no file is written at the end.
"""

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

LAYERS = {"tiny-clip": "attnpool", "ViT-B-32": "ln_post"}


class Empty(ModuleType):
    """A module in which everything is there and does nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)

    def __getattr__(self, name: str) -> Any:
        """Give something that may be imported, derived from and called."""
        return MagicMock()


def make_importable() -> None:
    """Put in what thingsvision names, but does not use here: TensorFlow, old NumPy."""
    import numpy as np

    np.AxisError = np.exceptions.AxisError
    names = ("", ".keras", ".keras.applications", ".keras.layers", ".keras.models")
    for name in names:
        sys.modules[f"tensorflow{name}"] = Empty(f"tensorflow{name}")


def load(model: str) -> tuple[Any, Callable[[Any], Any], str]:
    """Image tower, transform, and the layer in front of the embedding."""
    import open_clip

    folder = os.environ.get("TINY_CLIP", "")
    name = f"local-dir:{folder}" if model == "tiny-clip" else model
    network, _, transform = open_clip.create_model_and_transforms(
        name, pretrained=None, load_weights=model == "tiny-clip"
    )
    return network.visual.eval(), transform, LAYERS[model]


def loaders(folder: str, transform: Any, n_workers: int, batch: int) -> Iterator[Any]:
    """Batches by the loader of thingsvision, then by PyTorch's in processes."""
    from thingsvision.utils.data import DataLoader, ImageDataset
    from torch.utils.data import DataLoader as TorchLoader

    for loader, options in (
        (DataLoader, {"backend": "pt"}),
        (TorchLoader, {"num_workers": n_workers}),
    ):
        images = ImageDataset(
            root=folder, out_path=tempfile.mkdtemp(), backend="pt", transforms=transform
        )
        yield len(images), loader(dataset=images, batch_size=batch, **options)


def main() -> None:
    """Parse the command line, extract, print."""
    model, folder, n_threads, batch = sys.argv[1:]
    rates = []
    with contextlib.redirect_stdout(sys.stderr):
        import torch

        make_importable()
        from thingsvision import get_extractor_from_model

        torch.set_num_threads(int(n_threads))
        network, transform, layer = load(model)
        extractor = get_extractor_from_model(network, device="cpu", backend="pt")
        with torch.inference_mode():
            network(torch.zeros(2, 3, *_size(network)))
        for n_images, batches in loaders(folder, transform, int(n_threads), int(batch)):
            start = time.perf_counter()
            found = extractor.extract_features(
                batches=batches, module_name=layer, output_type="ndarray"
            )
            rates.append(n_images / (time.perf_counter() - start))
            assert len(found) == n_images
    told = {"images_per_s": max(rates), "own_loader": rates[0], "processes": rates[1]}
    print(json.dumps(told))


def _size(network: Any) -> tuple[int, int]:
    size = network.image_size
    return (size, size) if isinstance(size, int) else tuple(size)


if __name__ == "__main__":
    main()

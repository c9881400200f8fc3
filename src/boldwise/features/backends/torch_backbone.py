"""Any PyTorch image network as a backbone: hooks read its layers as it runs.

Letters for shapes: B stimuli of a batch, C channels, h x w pixels, T tokens, D width.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, WeightsError, first_line
from boldwise.features.backends.cards import Card, name_of_layer, unknown_layer
from boldwise.features.backends.layers import (
    Layout,
    lay_out,
    leading_tokens,
    main_layers,
)
from boldwise.features.backends.network import Network
from boldwise.features.backends.queries import find_queries
from boldwise.features.backends.readout import (
    Readout,
    as_places,
    shape_after,
    take,
)
from boldwise.features.backends.tracing import first_tensor, hooked, trace

TRIAL = 2  # stimuli of the pass that finds the shapes

Expected = tuple[tuple[int, ...], tuple[int, int] | None]


class _EnoughError(Exception):
    """All that was asked for has been seen; the rest of the pass is not needed."""


@dataclass
class TorchBackbone:
    """A network that describes batches of prepared images.

    Parameters
    ----------
    parts : Network
    device : {"auto", "cpu", "cuda"}
    precision : {"float32", "float16", "bfloat16"}
        Of the pass; halves by autocast, so that norms stay in float32.

    Attributes
    ----------
    card : Card
    prepare : callable
        One image, uint8 (height, width, 3), to pixels, float32 (C, h, w).

    Raises
    ------
    ConfigError
        If there is no such device.
    WeightsError
        If the network does not run on images of the size that it states.
    """

    parts: Network
    device: str = "auto"
    precision: str = "float32"
    card: Card = field(init=False)
    prepare: Callable[[np.ndarray], np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        self.device = _choose_device(self.device)
        self.prepare = self.parts.prepare
        self._modules = dict(self.parts.root.named_modules())
        self._leading = leading_tokens(self.parts.root)
        self._queries: dict[str, tuple[Any, Any, Layout]] = {}
        self.parts.network.to(self.device)
        self._layouts: dict[str, Layout] = {}
        width = 0

        def run() -> None:
            nonlocal width
            width = self._trial().shape[-1]

        found = self._look(main_layers(self.parts.root), run)
        once = {name: one for name, one in found.items() if one.n_runs == 1}
        self._layouts.update(once)
        self.card = Card(
            self.parts.kind,
            self.parts.model,
            self.parts.weights,
            self.parts.weights_sha256,
            self.parts.prepare.told,
            self.parts.prepare.size,
            self.parts.licence,
            int(width),
            tuple(one.card for one in once.values()),
            self.parts.notes,
        )

    def expect(self, readout: Readout) -> Expected:
        """Tell the shape of a readout for one stimulus, before anything is computed.

        Parameters
        ----------
        readout : Readout

        Returns
        -------
        shape : tuple of int
            ``(D,)`` or ``(rows * columns, D)``.
        grid : (int, int) or None
            Rows and columns of the places.

        Raises
        ------
        ConfigError
            If the network has no such layer, or the layer nothing of the kind.
        """
        if readout.read == "pooled":
            return (self.card.width,), None
        return shape_after(self._plan(readout)[2].card, readout)

    def describe(
        self, batch: np.ndarray, readouts: Sequence[Readout]
    ) -> list[np.ndarray]:
        """Describe a batch of images by one pass.

        Parameters
        ----------
        batch : array of float32, shape (B, C, h, w)
            As ``prepare`` gives them.
        readouts : sequence of Readout

        Returns
        -------
        taken : list of array of float32, shape (B, D) or (B, rows * columns, D)
            One for each readout. The pass ends behind the last layer that is needed.

        Raises
        ------
        ConfigError
            If a readout is impossible; see ``expect``.
        """
        import torch

        for readout in readouts:
            self.expect(readout)
        found: dict[int, Any] = {}
        hooks: dict[Any, list[Callable[..., None]]] = {}
        for index, readout in enumerate(readouts):
            if readout.read != "pooled":
                module, get, layout = self._plan(readout)
                keep = partial(_keep, found, len(readouts), index, get, layout, readout)
                hooks.setdefault(module, []).append(keep)
        with hooked(hooks), suppress(_EnoughError):
            pixels = torch.from_numpy(np.ascontiguousarray(batch))
            pooled = self._embed(pixels).float()
            whole = [i for i, one in enumerate(readouts) if one.read == "pooled"]
            found.update(dict.fromkeys(whole, pooled))
        return [found[index].cpu().numpy() for index in range(len(readouts))]

    def all_layers(self) -> list[Layout]:
        """Look at every module of the network, not only at its main layers.

        Returns
        -------
        layouts : list of Layout
            In the order in which the modules end.
        """
        names = [name for name in self._modules if name]
        return list(self._look(names, self._trial).values())

    def _plan(self, readout: Readout) -> tuple[Any, Any, Layout]:
        """Find the module to hook, how to take what is asked for, and its layout."""
        name = name_of_layer(self.card, readout.layer)
        if name not in self._modules or not name:
            raise unknown_layer(self.card, name, list(self._modules))
        if readout.read == "queries":
            return self._query_plan(name)
        if name not in self._layouts:
            self._layouts.update(self._look([name], self._trial))
        layout = self._layouts.get(name)
        if layout is None or layout.n_runs != 1:
            raise self._unreadable(name, layout.n_runs if layout else 0)
        return self._modules[name], _output, layout

    def _query_plan(self, name: str) -> tuple[Any, Any, Layout]:
        if name not in self._queries:
            found = find_queries(self._modules[name])
            if found is None:
                raise ConfigError(
                    f"layer '{name}' of '{self.card.model}' has no attention whose "
                    "queries boldwise can find; name a block of a vision transformer."
                )
            module, get = found
            layout = self._query_layout(module, get)
            if layout is None:
                raise ConfigError(
                    f"layer '{name}' of '{self.card.model}' attends within windows or "
                    "never ran, so that its queries have no places in the image. Read "
                    "its tokens."
                )
            card = replace(layout.card, name=name)
            self._queries[name] = module, get, replace(layout, card=card)
        return self._queries[name]

    def _query_layout(self, module: Any, get: Any) -> Layout | None:
        shapes: list[tuple[int, ...]] = []

        def look(*called: Any) -> None:
            shapes.append(tuple(get(*called).shape))

        with hooked({module: [look]}):
            self._trial()
        seen = {"queries": (len(shapes), shapes[0])} if shapes else {}
        layout = self._lay_out(seen).get("queries")
        placed = layout and layout.n_runs == 1 and layout.card.grid
        return layout if placed and layout and layout.card.form == "tokens" else None

    def _look(self, names: Sequence[str], run: Callable[[], Any]) -> dict[str, Layout]:
        return self._lay_out(trace(self.parts.root, names, run))

    def _lay_out(
        self, seen: dict[str, tuple[int, tuple[int, ...]]]
    ) -> dict[str, Layout]:
        size = self.parts.prepare.size
        return lay_out(seen, n=TRIAL, input_size=size, leading=self._leading)

    def _trial(self) -> Any:
        import torch

        pixels = torch.zeros(TRIAL, 3, *self.parts.prepare.size)
        try:
            return self._embed(pixels)
        except (RuntimeError, ValueError, TypeError, AssertionError) as error:
            size = " x ".join(map(str, self.parts.prepare.size))
            raise WeightsError(
                f"model '{self.parts.model}' does not run on images of {size} pixels, "
                f"the size of its own preprocessing ({first_line(error)}). It may not "
                "be a model of still images."
            ) from error

    def _embed(self, pixels: Any) -> Any:
        """Pixels to the network's own embedding, where and as precisely as asked."""
        import torch

        halves = {"float16": torch.float16, "bfloat16": torch.bfloat16}
        dtype = halves.get(self.precision, torch.float32)
        half = self.precision in halves
        # Autocast of an inference tensor would cache weights: not wanted, not needed.
        with torch.inference_mode(), torch.autocast(self.device, dtype, enabled=half):
            return self.parts.embed(pixels.to(self.device))

    def _unreadable(self, name: str, n_runs: int) -> ConfigError:
        why = "gives no tensor of one row per stimulus in a pass"
        if n_runs > 1:
            why = (
                f"runs {n_runs} times in a pass, so that it is not clear which is meant"
            )
        return ConfigError(
            f"layer '{name}' of '{self.card.model}' {why}; name another. `boldwise "
            f"features describe {self.card.kind} {self.card.model}` lists them."
        )


def _keep(
    found: dict[int, Any],
    n_wanted: int,
    index: int,
    get: Callable[..., Any],
    layout: Layout,
    readout: Readout,
    *called: Any,
) -> None:
    """Keep what a layer gave; end the pass once everything is there."""
    value = as_places(get(*called), layout.card.form, layout.channels_last)
    found[index] = take(value, layout.card, readout)
    if len(found) == n_wanted:
        raise _EnoughError


def _output(module: Any, args: Any, options: Any, value: Any) -> Any:
    return first_tensor(value)


def _choose_device(device: str) -> str:
    import torch

    there = torch.cuda.is_available()
    if device == "cuda" and not there:
        raise ConfigError(
            "device: cuda, but PyTorch finds no GPU here. Set device to auto or cpu, "
            "or install a PyTorch for the GPU's driver."
        )
    return device if device != "auto" else ("cuda" if there else "cpu")

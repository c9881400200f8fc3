"""One step of training: forward, backward, clip, update; on what, in what precision."""

from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.errors import ConfigError, DataError, first_line
from boldwise.training.optimiser import make_optimiser
from boldwise.training.options import TrainingOptions

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
Losses = dict[str, torch.Tensor]


class Stepper:
    """A model with its optimiser, on its device, in its precision.

    Attributes
    ----------
    model : nn.Module
    optimiser : AdamW
    device : torch.device
    """

    def __init__(self, model: nn.Module, options: TrainingOptions) -> None:
        if not callable(getattr(model, "loss", None)):
            raise DataError(
                f"a {type(model).__name__} cannot be trained: it has no method "
                "loss(batch) that gives the loss and a dict of its named parts."
            )
        if not any(one.requires_grad for one in model.parameters()):
            raise DataError(
                f"the {type(model).__name__} has no parameter to train. Set "
                "requires_grad of those that shall move."
            )
        self.model = model
        self.options = options
        self.device = find_device(options.device)
        model.to(self.device)
        self.optimiser = make_optimiser(
            model,
            learning_rate=options.learning_rate,
            weight_decay=options.weight_decay,
        )
        self._scaler = torch.amp.GradScaler(
            self.device.type, enabled=options.mixed_precision == "fp16"
        )

    def step(self, arrays: dict[str, Any], rate: float) -> Losses:
        """Move the weights once.

        Parameters
        ----------
        arrays : dict
            Of a batch: tensors, numbers or such dicts.
        rate : float
            Learning rate.

        Returns
        -------
        losses : dict of str to tensor of shape ()
            ``"loss"`` and its parts, before the move.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        losses = self.losses(arrays)
        self._scaler.scale(losses["loss"]).backward()  # type: ignore[no-untyped-call]
        if self.options.clip_norm is not None:
            self._scaler.unscale_(self.optimiser)  # type: ignore[arg-type]
            nn.utils.clip_grad_norm_(self.model.parameters(), self.options.clip_norm)
        self._scaler.step(self.optimiser)  # type: ignore[arg-type]
        self._scaler.update()
        return {name: value.detach() for name, value in losses.items()}

    def losses(self, arrays: dict[str, Any]) -> Losses:
        """Evaluate the loss and its parts, with gradients unless the caller forbids."""
        dtype = DTYPES.get(self.options.mixed_precision)
        precise = (
            nullcontext() if dtype is None else torch.autocast(self.device.type, dtype)
        )
        with precise:
            loss, parts = self.model.loss(self.place(arrays))  # type: ignore[operator]
        if loss.ndim or (torch.is_grad_enabled() and not loss.requires_grad):
            raise DataError(
                f"the loss of a {type(self.model).__name__} has shape "
                f"{tuple(loss.shape)} and {'a' if loss.requires_grad else 'no'} "
                "gradient; it must be one number that depends on the parameters."
            )
        return {"loss": loss, **parts}

    def place(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """Bring the arrays of a batch to the device; float16 becomes float32 there.

        Parameters
        ----------
        arrays : dict of arrays of shape (n_rows, ...), tensors, numbers or such dicts

        Returns
        -------
        tensors : dict
        """
        return {name: self._place_one(value) for name, value in arrays.items()}

    def _place_one(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.place(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            value = torch.from_numpy(value)
        if not isinstance(value, torch.Tensor):
            return value
        value = value.to(self.device, non_blocking=True)
        return value.float() if value.dtype == torch.float16 else value

    def pin(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """Lay arrays where a graphics processor fetches them without waiting.

        Parameters
        ----------
        arrays : dict of arrays of shape (n_rows, ...), numbers or such dicts

        Returns
        -------
        arrays : dict
            On the CPU the same.
        """
        if self.device.type != "cuda":
            return arrays
        return {
            name: self.pin(value)
            if isinstance(value, dict)
            else torch.from_numpy(value).pin_memory()
            if isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
            else value
            for name, value in arrays.items()
        }

    def to_state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Tensors of the model and its optimiser, and the scale of gradients."""
        tensors = {f"model/{k}": v for k, v in self.model.state_dict().items()}
        for name, parameter in self.model.named_parameters():
            for key, value in self.optimiser.state.get(parameter, {}).items():
                tensors[f"optimiser/{name}/{key}"] = value
        return tensors, {"scaler": self._scaler.state_dict()}

    def from_state(
        self, tensors: dict[str, torch.Tensor], scalars: dict[str, Any]
    ) -> None:
        """Go on where ``to_state`` was called."""
        self.model.load_state_dict(part_of(tensors, "model/"))
        for name, parameter in self.model.named_parameters():
            state = part_of(tensors, f"optimiser/{name}/")
            if state:
                self.optimiser.state[parameter] = {
                    key: value.to(self.device) for key, value in state.items()
                }
        if scalars["scaler"]:
            self._scaler.load_state_dict(scalars["scaler"])


def part_of(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Take the tensors below a name, without it.

    Parameters
    ----------
    tensors : dict of str to tensor
    prefix : str
        With its slash.

    Returns
    -------
    tensors : dict of str to tensor
    """
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def find_device(name: str) -> torch.device:
    """Find a device, and see that it works.

    Parameters
    ----------
    name : str

    Returns
    -------
    device : torch.device

    Raises
    ------
    ConfigError
        If torch does not know it, or it is not there.
    """
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"torch cannot use device '{name}' here ({first_line(error)}). Take 'cpu', "
            "or install a build of torch for this device."
        ) from error
    return device

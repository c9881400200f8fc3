"""What can be chosen about a training run; light to import."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from boldwise.errors import ConfigError

SCHEDULES = ("constant", "cosine", "one_cycle")
PRECISIONS = ("none", "bf16", "fp16")
WITHOUT_EFFECT = ("checkpoint_s", "prefetch")  # on the weights that come out
LEAST = {
    "n_epochs": 1,
    "batch_size": 1,
    "warmup": 0,
    "weight_decay": 0,
    "seed": 0,
    "threads": 1,
    "checkpoint_s": 0,
    "prefetch": 0,
}


@dataclass(frozen=True)
class TrainingOptions:
    """How a model is trained. The optimiser is AdamW.

    Attributes
    ----------
    n_epochs : int
        Passes over the training rows, at most.
    batch_size : int
        Rows per step, at most: an epoch is cut into steps of nearly equal size.
    learning_rate : float
        The highest one; the schedule goes below.
    schedule : str
        ``"constant"``, ``"cosine"`` (falls to 0) or ``"one_cycle"``.
    warmup : float
        Share of all steps over which the rate rises to its highest, 0 to 1.
    weight_decay : float
        Per unit of learning rate, on matrices only (``training.optimiser``).
    clip_norm : float, or None
        Longest gradient, over all parameters together; None: any.
    patience : int, or None
        Epochs without a better validation loss after which to stop; None: never.
    seed : int
        Of the order of rows, of drawn voxels and of dropout. The first weights are
        the caller's: make them within ``training.seeds.seeded``.
    device : str
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``, …
    mixed_precision : str
        ``"none"``; ``"bf16"`` or ``"fp16"`` (scaled gradients, CUDA only) for
        matrix products, while weights and optimiser stay in float32.
    threads : int
        Of torch. Part of the recipe: other counts change the last bits of sums.
    checkpoint_s : float
        Least seconds between two checkpoints; 0: one after each step.
    prefetch : int
        Batches that are read ahead in a thread; 0: none.

    Raises
    ------
    ConfigError
        With everything that is out of range.
    """

    n_epochs: int = 30
    batch_size: int = 32
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float | None = None
    patience: int | None = None
    seed: int = 0
    device: str = "cpu"
    mixed_precision: str = "none"
    threads: int = 1
    checkpoint_s: float = 60.0
    prefetch: int = 2

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {getattr(self, name)}, it must be at least {least}"
            for name, least in LEAST.items()
            if not getattr(self, name) >= least
        ]
        for name in ("learning_rate", "clip_norm", "patience"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                problems.append(f"{name} is {value}, it must be above 0")
        if self.warmup > 1:
            problems.append(f"warmup is {self.warmup}, a share of all steps: at most 1")
        problems += self._problems_of_names()
        if problems:
            raise ConfigError("training options: " + "; ".join(problems) + ".")

    def _problems_of_names(self) -> list[str]:
        found = []
        for name, known in (("schedule", SCHEDULES), ("mixed_precision", PRECISIONS)):
            value = getattr(self, name)
            if value not in known:
                found.append(f"{name} is '{value}', known are {', '.join(known)}")
        if self.mixed_precision == "fp16" and not self.device.startswith("cuda"):
            found.append(
                f"mixed_precision is 'fp16', which needs device 'cuda', not "
                f"'{self.device}'; take 'bf16' or 'none'"
            )
        return found

    def recipe(self) -> dict[str, Any]:
        """List what the weights depend on; JSON can hold it."""
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in WITHOUT_EFFECT
        }


NAMES = tuple(field.name for field in fields(TrainingOptions))

"""The state of one training between two steps: what a checkpoint holds."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from boldwise.errors import DataError
from boldwise.training.batches import Batch, BatchSource
from boldwise.training.checkpoint import read_checkpoint, write_checkpoint
from boldwise.training.history import History
from boldwise.training.means import Means
from boldwise.training.moment import Moment, Progress
from boldwise.training.options import TrainingOptions
from boldwise.training.prefetch import read_ahead
from boldwise.training.schedules import rate_factor
from boldwise.training.seeds import JUDGED, STEP, seed_torch
from boldwise.training.steps import Stepper, part_of

UNSEEN = 50  # steps of a graphics processor between two looks at its losses


class Run:
    """One training, from step to step; ``train`` drives it."""

    def __init__(
        self, model: nn.Module, batches: BatchSource, options: TrainingOptions
    ) -> None:
        self.stepper = Stepper(model, options)
        self.batches = batches
        self.options = options
        self.n_steps = batches.n_steps(options.batch_size)
        self.history = History(n_steps=self.n_steps)
        self.step = 0  # of the running epoch
        self.sums = Means()
        self.seconds = self.waiting_s = 0.0  # of the running epoch
        self.best: dict[str, torch.Tensor] = {}
        self.finished = False
        self._path: Path | None = None
        self._saved = self._began = time.monotonic()
        self._done = 0  # steps in this process

    def resume(self, folder: Path | None) -> None:
        """Take up the run that the folder holds, if it does."""
        if folder is None:
            return
        self._path = Path(folder) / f"{self._fingerprint()}.safetensors"
        if not self._path.exists():
            return
        tensors, scalars = read_checkpoint(self._path)
        self.stepper.from_state(tensors, scalars)
        self.best = part_of(tensors, "best/")
        self.history = History.from_json(scalars["history"])
        self.sums = Means(**scalars["sums"])
        for name in ("step", "seconds", "waiting_s", "finished"):
            setattr(self, name, scalars[name])

    def save(self) -> None:
        """Write all that the rest of the run depends on."""
        if self._path is None:
            return
        tensors, scalars = self.stepper.to_state()
        tensors |= {f"best/{name}": tensor for name, tensor in self.best.items()}
        scalars |= {
            name: getattr(self, name)
            for name in ("step", "seconds", "waiting_s", "finished")
        }
        scalars["history"] = self.history.to_json()
        scalars["sums"] = self.sums.to_json()
        write_checkpoint(self._path, tensors, scalars)
        self._saved = time.monotonic()

    def _is_due(self) -> bool:
        return time.monotonic() - self._saved >= self.options.checkpoint_s

    def train_epoch(self, progress: Progress | None) -> None:
        """Take the steps of one epoch that are still to be taken."""
        epoch, options = len(self.history), self.options
        self.stepper.model.train()
        with read_ahead(self._training(epoch), options.prefetch) as found:
            while self.step < self.n_steps:
                began = time.perf_counter()
                batch = next(found, None) or self._refuse_end()
                waited = time.perf_counter() - began
                self._take(batch, epoch)
                self.seconds += time.perf_counter() - began
                self.waiting_s += waited
                if self._is_due() and self.step < self.n_steps:
                    self.sums.settle()
                    self.save()
                if progress is not None:
                    progress(self._moment())
        self.sums.settle()

    def _refuse_end(self) -> Batch:
        raise DataError(
            f"the source of batches ended after {self.step} of {self.n_steps} steps. "
            "Its `training` must give as many batches as its `n_steps` tells."
        )

    def _training(self, epoch: int) -> Iterator[Batch]:
        size, seed = self.options.batch_size, self.options.seed
        for batch in self.batches.training(
            epoch, batch_size=size, seed=seed, start=self.step
        ):
            yield Batch(batch.n_rows, self.stepper.pin(batch.arrays))

    def _take(self, batch: Batch, epoch: int) -> None:
        self._tell_share(epoch)
        seed_torch(self.stepper.device, self.options.seed, STEP, epoch, self.step)
        rate = self._rate(epoch * self.n_steps + self.step)
        losses = self.stepper.step(batch.arrays, rate)
        self.sums.add(losses, batch.n_rows, place=(epoch, self.step, rate))
        self.step += 1
        # Elsewhere than on a CPU a look at a number stops the queue of work.
        if self.stepper.device.type == "cpu" or self.step % UNSEEN == 0:
            self.sums.settle()
        self._done += 1

    def judge(self, progress: Progress | None) -> None:
        """End the epoch: validate, keep the best weights, decide whether to go on."""
        options, epoch = self.options, len(self.history)
        better = self.history.add(
            self.sums.means(),
            self._validate(epoch),
            learning_rate=self._rate((epoch + 1) * self.n_steps - 1),
            seconds=self.seconds,
            waiting_s=self.waiting_s,
        )
        if better:
            weights = self.stepper.model.state_dict()
            self.best = {k: v.detach().cpu().clone() for k, v in weights.items()}
        waited = epoch - self.history.best_epoch
        bored = options.patience is not None and waited >= options.patience
        self.history.stopped_early = bored and epoch + 1 < options.n_epochs
        self.finished = bored or epoch + 1 == options.n_epochs
        self.sums, self.step = Means(), 0
        self.seconds = self.waiting_s = 0.0
        if self.finished or self._is_due():
            self.save()
        if progress is not None:
            progress(self._moment())

    def _validate(self, epoch: int) -> dict[str, float]:
        options, means = self.options, Means(what="validation loss")
        self.stepper.model.eval()
        seed_torch(self.stepper.device, options.seed, JUDGED)
        found = self.batches.validation(
            batch_size=options.batch_size, seed=options.seed
        )
        rate = self._rate((epoch + 1) * self.n_steps - 1)
        with torch.no_grad(), read_ahead(found, options.prefetch) as ready:
            for step, batch in enumerate(ready):
                losses = self.stepper.losses(batch.arrays)
                means.add(losses, batch.n_rows, place=(epoch, step, rate))
        means.settle()
        return means.means()

    def _rate(self, step: int) -> float:
        options = self.options
        n_steps = options.n_epochs * self.n_steps
        factor = rate_factor(options.schedule, step, n_steps, warmup=options.warmup)
        return options.learning_rate * factor

    def _tell_share(self, epoch: int) -> None:
        at = getattr(self.stepper.model, "at", None)
        if callable(at):
            at((epoch + self.step / self.n_steps) / self.options.n_epochs)

    def _fingerprint(self) -> str:
        told = hashlib.sha256(json.dumps(self.options.recipe()).encode())
        told.update(self.batches.digest().encode())
        for name, tensor in self.stepper.model.state_dict().items():
            told.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            bits = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
            told.update(bits.numpy().data)
        return told.hexdigest()[:16]

    def _moment(self) -> Moment:
        history, nan = self.history, float("nan")
        epoch, n_epochs = len(history), self.options.n_epochs
        left = (n_epochs - epoch) * self.n_steps - self.step
        per_step = (time.monotonic() - self._began) / max(1, self._done)
        last = history.loss.get("loss", [nan])[-1]
        validation = history.validation.get("loss", [])
        return Moment(
            epoch=epoch,
            step=self.step,
            n_epochs=n_epochs,
            n_steps=self.n_steps,
            loss=self.sums.means().get("loss", last),
            validation_loss=validation[-1] if validation else nan,
            best_loss=validation[history.best_epoch] if validation else nan,
            seconds_left=0.0 if self.finished else left * per_step,
        )

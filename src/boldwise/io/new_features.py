"""Feature spaces of a finished study, for stimuli that it did not show."""

import logging
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from boldwise.errors import DataError, StoreError, name_some
from boldwise.evaluation.splits import Split
from boldwise.features.extraction import extract_layers
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import FeatureSpace, FittedFeatures
from boldwise.features.stacked import StackedRows, place_columns
from boldwise.io.feature_layers import write_feature_layers
from boldwise.io.feature_rows import open_feature_rows
from boldwise.io.feature_stores import write_network_features
from boldwise.io.network_passes import plan_pass
from boldwise.io.new_stimuli import PROBE, write_new_stimuli
from boldwise.io.records import open_stimuli, read_fitted_features, read_split
from boldwise.io.stores import open_store

TOLERANCE = 1e-3  # of the largest feature: more is another version, less is rounding
MEMORY_GB = 4.0
TAKEN = ("layer", "pool")
FITTED = ("n_components", "projection", "min_stimuli")


class NewStimuli:
    """New stimuli, and how the feature spaces of one split of a study see them.

    Parameters
    ----------
    given : path
        Folder of pictures, or a store of stimuli.
    results : path
        Folder of the study's results.
    split : str
        Its name.
    scratch : path
        Folder for what is made on the way.
    log : logging.Logger

    Attributes
    ----------
    stimulus_id : array of str, shape (n,)
    split : Split
    """

    def __init__(
        self,
        given: str | Path,
        results: Path,
        *,
        split: str,
        scratch: Path,
        log: logging.Logger,
    ) -> None:
        self.split: Split = read_split(results / f"splits/{split}.h5")
        self._fitted = results / "features" / split
        self._raw = results / "features"
        self._scratch, self._log = scratch, log
        self._stimuli = scratch / "stimuli.h5"
        self._n_probes = write_new_stimuli(given, results / "stimuli.h5", self._stimuli)
        with open_stimuli(self._stimuli) as stimuli:
            self.stimulus_id: np.ndarray = stimuli.stimulus_id[self._n_probes :]

    def describe(self, space: str) -> FittedFeatures:
        """Describe the new stimuli as a feature space of the study describes its own.

        Parameters
        ----------
        space : str

        Returns
        -------
        fitted : FittedFeatures
            Of the new stimuli, shape (n_folds, n, n_features).

        Raises
        ------
        StoreError
            If the features of the study are gone, or were made again otherwise.
        DataError
            If the space cannot be extracted from new stimuli, or the backbone or the
            libraries are other versions than those of the study.
        """
        path = self._fitted / f"{space}.h5"
        options, raw = _made_of(path)
        if options.pop("shuffle_seed", None) is not None:
            raise DataError(
                f"feature space '{space}' is shuffled, a control: new stimuli have no "
                "place in it. Apply the encoder that it is a control of."
            )
        mine = self._scratch / raw.name
        if not mine.exists():
            self._log.info("describing %d stimuli: %s", len(self), raw.stem)
            _extract(self._raw / raw.name, self._stimuli, mine, log=self._log)
        taken = {name: options.pop(name, None) for name in TAKEN}
        with (
            open_feature_rows(self._raw / raw.name, **taken) as old,
            open_feature_rows(mine, **taken) as new,
        ):
            named = (_columns(self._raw / raw.name), _columns(mine))
            both = StackedRows(old.feature, new.feature, place_columns(*named))
            self._refuse_other(old, both, space)
            return self._fit(read_fitted_features(path), old, both, options)

    def __len__(self) -> int:
        return len(self.stimulus_id)

    def _refuse_other(self, old: FeatureSpace, both: StackedRows, space: str) -> None:
        """Refuse to go on if the study's own stimuli are not described as before."""
        n_old = len(old.stimulus_id)
        again = both[n_old : n_old + self._n_probes]
        before = np.asarray(old.feature[: self._n_probes])
        gap, size = np.abs(again - before).max(), np.abs(before).max()
        if not gap <= TOLERANCE * size:
            raise DataError(
                f"feature space '{space}': stimuli of the study are described "
                f"otherwise than then (up to {gap:.3g} of {size:.3g} apart). Weights "
                "or libraries are of another version. Bring back the old one, or run "
                "snakemake again."
            )

    def _fit(
        self,
        known: FittedFeatures,
        old: FeatureSpace,
        both: StackedRows,
        options: Mapping[str, Any],
    ) -> FittedFeatures:
        """Shape new features as the training stimuli of each outer fold shaped all."""
        start = len(old.stimulus_id) + self._n_probes
        if all(options.get(name) is None for name in FITTED):
            feature = np.asarray(both[start : both.shape[0]], np.float32)[None]
            return FittedFeatures(self.stimulus_id, feature, known.notes)
        ids = [f"{PROBE}{n}" for n in range(both.shape[0] - len(old.stimulus_id))]
        space = FeatureSpace(np.array([*old.stimulus_id, *ids]), both)  # type: ignore[arg-type]
        train = [self.split.train_ids(fold) for fold in range(self.split.n_folds)]
        fitted = fit_on_train(space, train, **options)
        mine = fitted.feature[:, : len(old.stimulus_id)]
        same = mine.shape == known.feature.shape
        if not same or np.abs(mine - known.feature).max() > (
            TOLERANCE * np.abs(known.feature).max()
        ):
            raise DataError(
                "components of the training stimuli come out otherwise than in the "
                "study: a library is of another version. Bring back the old one, or "
                "run snakemake again."
            )
        return FittedFeatures(self.stimulus_id, fitted.feature[:, start:], known.notes)


def scratch_beside(path: str | Path) -> "TemporaryDirectory[str]":
    """Make a folder for what is needed on the way to a file, gone afterwards."""
    folder = Path(path).absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    return TemporaryDirectory(prefix=".boldwise-", dir=folder)


def _made_of(path: Path) -> tuple[dict[str, Any], Path]:
    """Options of a fitted space, and the store of the features that it came from."""
    with open_store(path, schema="fitted_features") as store:
        about = store.attributes
    made = [Path(one) for one in about.get("inputs", {})]
    raw = [one for one in made if one.parent.name == "features"]
    if not raw:
        raise StoreError(
            f"{path}: does not say what it was made of. Delete it and run snakemake "
            "again."
        )
    return dict(about["config"]["options"]), raw[0]


def _columns(path: Path) -> np.ndarray | None:
    with open_store(path, schema="features") as store:
        if "column" not in store:
            return None
        names: np.ndarray = store["column"]
        return names


def _extract(raw: Path, stimuli: Path, target: Path, *, log: logging.Logger) -> None:
    """Extract features as the study did, from other stimuli."""
    with open_store(raw, schema="features") as store:
        about = store.attributes
    config, rule = about.get("config", {}), about.get("rule", "")
    if rule == "describe_images":
        wanted = plan_pass(stimuli, config["options"], n_cores=1, memory_gb=MEMORY_GB)
        write_network_features(target, wanted, provenance={}, log=log)
        return
    if rule != "extract_features":
        raise DataError(
            f"{raw}: these features came from a file (rule {rule or 'unknown'}), so "
            "new stimuli cannot be described. Apply a model whose feature spaces are "
            f"extracted, unlike {name_some([raw.stem])}."
        )
    with open_stimuli(stimuli) as opened:
        spaces = extract_layers(opened, config["extractor"], config["options"])
    write_feature_layers(target, spaces, provenance={})

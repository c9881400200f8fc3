"""Methods text about encoders that are trained by gradient descent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
SIDES = {
    "roi": "each region and hemisphere",
    "stream": "each stream and hemisphere",
    "hemisphere": "each hemisphere",
    "voxel": "each voxel",
}
READOUTS = {
    "gaussian": "a Gaussian over the map and weights of features",
    "factorised": "weights of places times weights of features",
    "semantic": "weights of places times weights of features, both moved by what the "
    "picture shows",
}


def describe_trained(encoders: Options, sources: Bibliography) -> str:
    """Say how encoders were trained by gradient descent.

    Parameters
    ----------
    encoders : mapping
        Entries with ``kind``; all kinds.
    sources : Bibliography
        Grows by what is cited.

    Returns
    -------
    text : str
        With a space before it; empty where no encoder was trained.
    """
    chosen = {n: one for n, one in encoders.items() if one["kind"] in TRAINED}
    if not chosen:
        return ""
    said = [
        f"'{name}': {TRAINED[one['kind']](one, sources)}, {_course(one)}"
        for name, one in chosen.items()
    ]
    return (
        " Some encoders were trained by gradient descent (AdamW, squared error of "
        "standardised responses; scales, the validation part and the epoch that was "
        "kept all come from the training stimuli of each outer fold): "
        f"{'; '.join(said)}. Ridge on the same features was fitted beside those that "
        f"have features.{_fewer(chosen)}"
    )


def _fewer(chosen: Options) -> str:
    """Say which encoders were scored by number of images, and how."""
    new = {n: one["new_subjects"] for n, one in chosen.items() if _asks(one)}
    again = {
        name: one["training_sizes"]
        for name, one in chosen.items()
        if one.get("training_sizes")
    }
    said = [
        f" For '{name}', each subject was left out of training in turn, and taken up "
        f"with {_numbers(one['budgets'])} of its training images, the same ones for "
        "the ridges beside it."
        for name, one in new.items()
    ]
    said += [
        f" '{name}' and the ridges beside it were fitted again to "
        f"{_numbers(sizes)} training images of each subject."
        for name, sizes in again.items()
    ]
    return "".join(said)


def _asks(one: Options) -> bool:
    return bool(one.get("new_subjects"))


def _numbers(counts: Sequence[int]) -> str:
    *most, last = [f"{n:,}" for n in sorted(counts)]
    return f"{', '.join(most)} and {last}" if most else last


def _course(one: Options) -> str:
    training = one["training"]
    share = one["validation_share"]
    judged = f"{share:.0%} of the rows validating" if share else "none validating"
    stopped = (
        f", stopped after {training['patience']} without improvement"
        if training["patience"]
        else ""
    )
    return (
        f"at most {training['n_epochs']} epochs, steps of {training['batch_size']} at "
        f"{training['learning_rate']:g} ({training['schedule']}), weight decay "
        f"{training['weight_decay']:g}, {judged}{stopped}, seed {training['seed']}"
    )


def _queries(one: Options, sources: Bibliography) -> str:
    whose = SIDES.get(one["granularity"])
    count = f"for {whose}" if whose else f"of {one['n_queries']} that voxels mix"
    mixed = len(one["features"]) * one["n_seeds"]
    several = (
        f"; {mixed} models, mixed voxel by voxel by validation accuracy"
        if mixed > 1
        else ""
    )
    return (
        f"a learned query {count} attends to the tokens of {_listed(one)} "
        f"({one['n_heads']} heads), and each voxel reads its queries linearly "
        f"{sources.cite('adeli2025')}{several}"
    )


def _places(one: Options, sources: Bibliography) -> str:
    mark = f" {sources.cite('saha2024')}" if one["readout"] == "semantic" else ""
    return f"each voxel has {READOUTS[one['readout']]} on {_listed(one)}{mark}"


def _embeddings(one: Options, sources: Bibliography) -> str:
    return (
        "one network for all subjects attends to the tokens of "
        f"{_listed(one)} by an embedding of {one['embedding']} numbers for each voxel "
        f"{sources.cite('beliy2024')}"
    )


def _examples(one: Options, sources: Bibliography) -> str:
    how = "around the prior that it tells" if one["solve"] else "told at once"
    return (
        f"a transformer that learned from the other subjects reads pairs of "
        f"{_listed(one)} and response of a voxel, and linear weights follow, {how} "
        f"{sources.cite('yu2025')}"
    )


def _own(one: Options, sources: Bibliography) -> str:
    return (
        f"a {one['core']} core of {one['n_features']} features for all subjects, "
        f"learned from the pictures, on which each voxel has {READOUTS[one['readout']]}"
    )


def _listed(one: Options) -> str:
    return " and ".join(f"'{name}'" for name in one["features"])


TRAINED: dict[str, Callable[[Options, Bibliography], str]] = {
    "region_query": _queries,
    "spatial_readout": _places,
    "voxel_embedding": _embeddings,
    "in_context": _examples,
    "response_optimised": _own,
}

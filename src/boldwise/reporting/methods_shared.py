"""Methods text about decoders that subjects share."""

from collections.abc import Iterator, Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
MAPS = {
    "linear": "a linear map of its own",
    "shallow": "a narrow layer of its own",
    "regions": "a linear map for each region, averaged",
    "parcels": "a linear map of region means",
}
MODES = {
    "scratch": "from scratch",
    "linear": "by a new map with all else frozen",
    "linear_then_all": "by a new map, then all weights",
    "low_rank": "by a new map, then low-rank adapters",
}


def shared_of(decoders: Mapping[str, Options]) -> dict[str, Options]:
    """Pick the decoders that subjects share.

    Parameters
    ----------
    decoders : mapping
        Entries of the config.

    Returns
    -------
    shared : dict
    """
    return {n: one for n, one in decoders.items() if one["kind"] == "shared_latent"}


def describe_shared(
    decoders: Mapping[str, Options], sources: Bibliography
) -> list[str]:
    """Say how decoders that subjects share were trained, and taken to new subjects.

    Parameters
    ----------
    decoders : mapping
        Entries of the config; all kinds.
    sources : Bibliography
        Grows by what is cited.

    Returns
    -------
    sentences : list of str
        Empty where no decoder is shared.
    """
    said = []
    for name, one in shared_of(decoders).items():
        said.append(
            f"One decoder for all subjects, '{name}' {sources.cite('scotti2024')}: the "
            "voxels of each subject, z-scored over its training trials, went through "
            f"{MAPS[one['subject_map']['kind']]} to {one['latent']} numbers, then "
            f"through {one['n_blocks']} residual layers that subjects share, to "
            f"{', '.join(one['target'])}; '{one['target'][0]}' identified stimuli. It "
            f"was trained on single trials for {', '.join(_aims(one['objective']))} "
            f"(AdamW, {_course(one)}); scales, the validation part and the epoch that "
            "was kept come from training stimuli alone."
        )
        if one["new_subjects"]:
            said.append(_new(name, one["new_subjects"]))
    return said


def _aims(aim: Options) -> Iterator[str]:
    if aim["regression"]:
        yield {"mse": "squared error", "cosine": "cosine distance"}[aim["distance"]]
    if aim["contrast"]:
        later = {"soft_clip": "soft targets", "info_nce": "InfoNCE"}[aim["then"]]
        first = f"mixed brains in the first {aim['mixed_share']:.0%} of steps, then "
        yield f"contrast ({first if aim['mixed_share'] else ''}{later})"
    if aim["rebuild"]:
        yield "rebuilding voxels"
    if aim["cycle"]:
        yield "a cycle through other subjects"


def _course(one: Options) -> str:
    training = one["training"]
    return (
        f"at most {training['n_epochs']} epochs, {training['batch_size']} trials of "
        f"each subject in a step, rate {training['learning_rate']:g} "
        f"({training['schedule']}), weight decay {training['weight_decay']:g}, "
        f"{one['validation_share']:.0%} validating, seed {training['seed']}"
    )


def _new(name: str, asked: Options) -> str:
    budgets = ", ".join(f"{one:g}" for one in asked["budgets"])
    modes = "; ".join(MODES[one] for one in asked["modes"])
    return (
        f"To see how '{name}' takes to a new subject, each subject was left out of "
        f"training in turn and taken up again with its first {budgets} "
        f"{asked['unit']} of training data: {modes}."
    )

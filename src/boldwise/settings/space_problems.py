"""What feature spaces must agree on: layers, controls, and how they are reduced."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from boldwise.settings.base import did_you_mean
from boldwise.settings.expansion import (
    Spaces,
    expand_spaces,
    names_of,
    taken_names,
)
from boldwise.settings.networks import SPATIAL

if TYPE_CHECKING:
    from boldwise.settings.study import Config

SEVERAL = {
    "best_layer": "to choose from",
    "banded_ridge": "with penalties of their own",
}


def space_problems(config: "Config") -> list[str]:
    """Find layers, controls and reductions that cannot be.

    Parameters
    ----------
    config : Config
        Each part of it is valid by itself.

    Returns
    -------
    problems : list of str
        One sentence each, led by the place in the config.
    """
    spaces = config.feature_spaces
    problems = [
        line
        for name in spaces
        for line in (*_controls(config, name), *_derived(spaces, name))
    ]
    if problems:
        return problems
    problems = [line for name in spaces for line in _pool(spaces, name)]
    return [*problems, *taken_names(spaces), *_several(config), *_control_of(config)]


def _controls(config: "Config", name: str) -> Iterator[str]:
    space = config.feature_spaces[name]
    wanted, where = getattr(space, "controls", []), f"feature_spaces.{name}.controls"
    if len(set(wanted)) < len(wanted):
        yield f"{where}: a control is listed twice; list it once."
    if "untrained" in wanted and not hasattr(space, "weights"):
        yield (
            f"{where}: 'untrained' is for networks, and '{space.kind}' has no weights; "
            "leave it out."
        )
    elif "untrained" in wanted and getattr(space, "weights", "") == "untrained":
        yield f"{where}: these weights are untrained already; leave 'untrained' out."
    if "pixels" in wanted and space.kind == "pixels":
        yield f"{where}: these are the pixels; leave 'pixels' out."
    elif "pixels" in wanted and not (has_images(config) or _has_table(config)):
        yield f"{where}: 'pixels' needs images, but `dataset.stimuli` names none."
    if "shuffled" in wanted and config.responses.estimate == "timeseries":
        yield (
            f"{where}: 'shuffled' would break the autocorrelation of a time series, "
            "and score below chance by that alone; `evaluation.shuffled` keeps it."
        )


def _derived(spaces: Spaces, name: str) -> Iterator[str]:
    """Find layers of nothing, and shuffles of nothing."""
    space, where = spaces[name], f"feature_spaces.{name}"
    plain = {
        one: options
        for one, options in spaces.items()
        if options.kind not in ("layer", "shuffled")
    }
    found = expand_spaces(plain)
    layered = [one for one in found if getattr(found[one], "layers", [])]
    if space.kind == "shuffled":
        layers = {one for one, options in spaces.items() if options.kind == "layer"}
        known = {*found, *layers} - {*layered}
        if getattr(found.get(space.of), "kind", "") == "shuffled":
            yield (
                f"{where}.of: '{space.of}' is shuffled already; name "
                f"'{found[space.of].of}', with another `seed`."
            )
        elif space.of not in known:
            hint = did_you_mean(space.of, known)
            yield f"{where}.of: no feature space '{space.of}'{hint}"
    elif space.kind == "layer" and space.of not in layered:
        hint = did_you_mean(space.of, layered)
        yield f"{where}.of: no entry with layers '{space.of}'{hint}"
    elif space.kind == "layer":
        own = [str(one) for one in found[space.of].layers]
        hint = did_you_mean(str(space.layer), own)
        if str(space.layer) not in own:
            yield f"{where}.layer: '{space.of}' has no layer '{space.layer}'{hint}"


def _pool(spaces: Spaces, name: str) -> Iterator[str]:
    space = spaces[name]
    entry = expand_spaces(spaces)[space.of] if space.kind == "layer" else space
    read = getattr(entry, "read", None)
    if getattr(space, "pool", None) is not None and read not in SPATIAL:
        what = f"`read: {read}`" if read else f"'{space.kind}'"
        yield (
            f"feature_spaces.{name}.pool: {what} gives one vector for each stimulus; "
            "pool is for `read: tokens`, `map` or `queries`. Leave it out."
        )


def _several(config: "Config") -> Iterator[str]:
    """Find encoders of one space that want several, and decoders that want one."""
    spaces = config.feature_spaces
    for name, encoder in config.encoders.items():
        features = {one for own in encoder.features for one in names_of(spaces, own)}
        if encoder.kind in SEVERAL and len(features) == 1:
            yield (
                f"encoders.{name}.features: '{encoder.kind}' takes two feature spaces "
                f"or more {SEVERAL[encoder.kind]}, got one; write `kind: ridge`."
            )
    for name, decoder in config.decoders.items():
        told = getattr(decoder, "target", "")
        for target in [told] if isinstance(told, str) else told:
            names = names_of(spaces, target)
            if len(names) > 1 or names != [target]:
                yield (
                    f"decoders.{name}.target: '{target}' has layers; name one of "
                    f"them: {', '.join(names)}."
                )


def _control_of(config: "Config") -> Iterator[str]:
    for name, encoder in config.encoders.items():
        of = getattr(encoder, "control_of", None)
        if of is None:
            continue
        others = [one for one in config.encoders if one != name]
        if of not in others:
            what = "itself" if of == name else f"'{of}', which is no encoder"
            hint = "." if of == name else did_you_mean(of, others)
            yield f"encoders.{name}.control_of: is {what}{hint}"


def has_images(config: "Config") -> bool:
    """Tell whether the stimuli of a config come with pictures."""
    stimuli = getattr(config.dataset, "stimuli", None)
    return config.dataset.kind == "simulated" or bool(getattr(stimuli, "images", None))


def _has_table(config: "Config") -> bool:
    """Tell whether a table, which may name pictures, stands for the stimuli."""
    stimuli = getattr(config.dataset, "stimuli", None)
    return bool(getattr(stimuli, "table", None))

"""Feature spaces that a config asks for without naming them: layers and controls."""

from collections.abc import Iterator, Mapping
from typing import Any

from boldwise.features.layers import layer_slug
from boldwise.settings.base import Options
from boldwise.settings.derived import Layer, Shuffled
from boldwise.settings.feature_options import ReductionOptions
from boldwise.settings.low_level import Pixels

Spaces = Mapping[str, Any]
REDUCTION = tuple(ReductionOptions.model_fields)
UNTRAINED, PIXELS, SHUFFLED = "untrained", "pixels", "shuffled"


def expand_spaces(spaces: Spaces) -> dict[str, Any]:
    """Add the layers of entries that have several, and the controls asked for.

    Parameters
    ----------
    spaces : mapping of name to options
        As the config names them.

    Returns
    -------
    spaces : dict of name to options
        These first, unchanged; then what they ask for: ``dino-blocks-3`` for a layer,
        ``dino-untrained`` for a control. A name that stands in the config is never
        replaced; ``taken_names`` tells.
    """
    made = {name: one for name, one in derived_spaces(spaces) if name not in spaces}
    return {**spaces, **made}


def derived_spaces(spaces: Spaces) -> Iterator[tuple[str, Any]]:
    """List what entries ask for: controls of entries, layers, and shuffled spaces.

    Parameters
    ----------
    spaces : mapping of name to options

    Yields
    ------
    name : str
    options : Options
    """
    entries = dict(spaces)
    for name, space in spaces.items():
        for control in getattr(space, "controls", []):
            made = _control_entry(space, control)
            if made is not None:
                entries.setdefault(f"{name}-{control}", made)
                yield f"{name}-{control}", made
    for name, space in entries.items():
        reduction = {key: getattr(space, key, None) for key in REDUCTION}
        for layer in getattr(space, "layers", []):
            yield (
                layer_name(name, layer),
                Layer(kind="layer", of=name, layer=layer, **reduction),
            )
    yield from _controls_of_own_layers(spaces)
    for name, space in spaces.items():
        if SHUFFLED in getattr(space, "controls", []):
            for one in names_of(spaces, name):
                yield f"{one}-{SHUFFLED}", Shuffled(kind="shuffled", of=one)


def layer_name(entry: str, layer: str | int) -> str:
    """Name the feature space of one layer.

    Parameters
    ----------
    entry : str
    layer : str or int

    Returns
    -------
    name : str

    Examples
    --------
    >>> layer_name("dino", "blocks.3")
    'dino-blocks-3'
    """
    return f"{entry}-{layer_slug(layer)}"


def names_of(spaces: Spaces, name: str) -> list[str]:
    """Name the spaces that an entry stands for: itself, or each of its layers.

    Parameters
    ----------
    spaces : mapping of name to options
    name : str

    Returns
    -------
    names : list of str
    """
    layers = getattr(spaces.get(name), "layers", [])
    return [layer_name(name, layer) for layer in layers] or [name]


def taken_names(spaces: Spaces) -> list[str]:
    """Find names of the config that an entry needs for something else.

    Parameters
    ----------
    spaces : mapping of name to options
        As the config names them.

    Returns
    -------
    problems : list of str
    """
    problems: list[str] = []
    made: dict[str, Any] = {}
    for name, options in derived_spaces(spaces):
        if spaces.get(name, options) != options:
            problems.append(
                f"feature_spaces.{name}: `layers` or `controls` of another entry make "
                "a space of this name; rename one of them."
            )
        elif made.setdefault(name, options) != options:
            problems.append(
                f"feature_spaces: two layers or controls would be called '{name}'; "
                "name one of them in an entry of its own."
            )
    return problems


def control_space(spaces: Spaces, name: str, control: str) -> str | None:
    """Name the space that takes another's place in a control encoder.

    Parameters
    ----------
    spaces : mapping of name to options
        Expanded.
    name : str
        Of the space that is controlled.
    control : str

    Returns
    -------
    name : str, or None
        None where no such control was asked for.
    """
    entry, layer = entry_of(spaces, name), getattr(spaces[name], "layer", "")
    if control not in getattr(spaces[entry], "controls", []):
        return None
    if control == SHUFFLED:
        wanted = f"{name}-{SHUFFLED}"
        return wanted if wanted in spaces else None
    made = f"{entry}-{control}"
    if control == UNTRAINED and entry != name:
        by_itself = name == layer_name(entry, layer)
        made = layer_name(made, layer) if by_itself else f"{name}-{control}"
    return made if made in spaces else None


def entry_of(spaces: Spaces, name: str) -> str:
    """Name the entry whose store holds the features of a space.

    Parameters
    ----------
    spaces : mapping of name to options
        Expanded.
    name : str

    Returns
    -------
    entry : str
    """
    while spaces[name].kind in ("layer", "shuffled"):
        name = spaces[name].of
    return name


def control_entries(spaces: Spaces) -> set[str]:
    """Name the entries that are controls of others.

    Parameters
    ----------
    spaces : mapping of name to options

    Returns
    -------
    names : set of str
    """
    return {
        f"{name}-{control}"
        for name, space in spaces.items()
        for control in getattr(space, "controls", [])
        if f"{name}-{control}" in spaces and control != SHUFFLED
    }


def store_options(spaces: Spaces, name: str) -> dict[str, Any]:
    """Say what to take from the store of an entry, and in which order.

    Parameters
    ----------
    spaces : mapping of name to options
        Expanded.
    name : str

    Returns
    -------
    options : dict
        ``layer`` (its slug), ``pool`` and ``shuffle_seed``, each only if it is asked
        for, and what is fitted: ``n_components``, and ``projection`` and
        ``min_stimuli`` if asked for.
    """
    seed = None
    if spaces[name].kind == "shuffled":
        name, seed = spaces[name].of, spaces[name].seed
    space = spaces[name]
    options = space.model_dump(mode="json", include={*REDUCTION, "min_stimuli"})
    layer = layer_slug(space.layer) if space.kind == "layer" else None
    options |= {"layer": layer, "shuffle_seed": seed}
    always = {"n_components": options.pop("n_components", None)}
    return always | {key: one for key, one in options.items() if one is not None}


def _controls_of_own_layers(spaces: Spaces) -> Iterator[tuple[str, Any]]:
    """Make controls of layers that the config names itself, reduced as these are."""
    for name, space in spaces.items():
        if space.kind != "layer" or name == layer_name(space.of, space.layer):
            continue
        controls = getattr(spaces.get(space.of), "controls", [])
        if UNTRAINED in controls:
            of = {"of": f"{space.of}-{UNTRAINED}"}
            yield f"{name}-{UNTRAINED}", space.model_copy(update=of)
        if SHUFFLED in controls:
            yield f"{name}-{SHUFFLED}", Shuffled(kind="shuffled", of=name)


def _control_entry(space: Any, control: str) -> Options | None:
    """Options of the control of one entry; None where it needs no store of its own."""
    if control == PIXELS:
        return Pixels(kind="pixels", n_components=space.n_components)
    if control == UNTRAINED and hasattr(space, "weights"):
        untrained: Options = space.model_copy(
            update={"weights": UNTRAINED, "controls": []}
        )
        return untrained
    return None

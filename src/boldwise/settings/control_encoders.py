"""Encoders of a config as they are run: layers written out, controls beside them."""

from typing import Any, get_args

from boldwise.errors import ConfigError
from boldwise.settings.attention import BY_TOKENS
from boldwise.settings.expansion import (
    UNTRAINED,
    control_space,
    entry_of,
    expand_spaces,
    names_of,
)
from boldwise.settings.feature_options import Control
from boldwise.settings.models import RidgeEncoder
from boldwise.settings.study import Config

SEVERAL = ("best_layer", "banded_ridge")


def expand_config(config: Config) -> Config:
    """Write out the layers and controls of all feature spaces, and their encoders.

    Parameters
    ----------
    config : Config
        Checked.

    Returns
    -------
    config : Config
        The same object if nothing was asked for. Where an encoder names an entry
        with ``layers``, it has all of them, in their order.
    """
    spaces = expand_spaces(config.feature_spaces)
    if not _asks(config):
        return config
    encoders = {
        name: _write_out(encoder, spaces) for name, encoder in config.encoders.items()
    }
    update = {"feature_spaces": spaces, "encoders": encoders}
    return config.model_copy(update=update)


def add_space_controls(config: Config) -> Config:
    """Add an encoder for each control of the spaces that an encoder uses.

    Parameters
    ----------
    config : Config
        Expanded by ``expand_config``.

    Returns
    -------
    config : Config
        The same object if there are no controls. Controls follow the encoders of
        the config; each tells which one it is a control of.

    Raises
    ------
    ConfigError
        If something else has the name of a control.
    """
    if not _asks(config):
        return config
    made = {
        f"{name}-{control}": one
        for name, encoder in config.encoders.items()
        if getattr(encoder, "control_of", "") is None
        for control in get_args(Control)
        if (one := _control_encoder(config, name, control)) is not None
    }
    taken = [
        f"encoders.{name}"
        for name, one in made.items()
        if config.encoders.get(name, one) != one
    ]
    if taken:
        raise ConfigError(
            f"{', '.join(taken)}: `controls` of a feature space add an encoder of "
            "this name; rename yours."
        )
    return config.model_copy(update={"encoders": {**config.encoders, **made}})


def _asks(config: Config) -> bool:
    return any(
        getattr(space, "controls", []) or getattr(space, "layers", [])
        for space in config.feature_spaces.values()
    )


def _write_out(encoder: Any, spaces: dict[str, Any]) -> Any:
    wanted = [one for name in encoder.features for one in names_of(spaces, name)]
    features = list(dict.fromkeys(wanted))
    if features == encoder.features:
        return encoder
    return encoder.model_copy(update={"features": features})


def _control_encoder(config: Config, name: str, control: str) -> Any:
    """Make an encoder with control spaces where there are some; None without any."""
    encoder, spaces = config.encoders[name], config.feature_spaces
    if encoder.kind in BY_TOKENS and control != UNTRAINED:
        return None  # The ridge beside it has the controls that are no tokens.
    features, seen = [], []
    for feature in encoder.features:
        one = control_space(spaces, feature, control) or feature
        alike = one != feature and spaces[entry_of(spaces, one)] in seen
        if control == "pixels" and alike:
            continue  # The pixels are the same for every network.
        seen += [spaces[entry_of(spaces, one)]] * (one != feature)
        features.append(one)
    if features == encoder.features:
        return None
    if encoder.kind in SEVERAL and len(features) == 1:
        kept = {one: getattr(encoder, one) for one in ("penalties", "delays")}
        return RidgeEncoder(kind="ridge", features=features, control_of=name, **kept)
    never: dict[str, Any] = {"new_subjects": None, "training_sizes": []}
    never["keep_weights"] = False
    later = {one: value for one, value in never.items() if hasattr(encoder, one)}
    return encoder.model_copy(
        update={"features": features, "control_of": name, **later}
    )

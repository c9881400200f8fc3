"""What decoders that subjects share need from the rest of a config."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from boldwise.settings.attention_problems import has_places
from boldwise.settings.base import did_you_mean
from boldwise.settings.expansion import expand_spaces
from boldwise.settings.shared_decoders import SHARED, DecoderHead
from boldwise.settings.space_problems import has_images

if TYPE_CHECKING:
    from boldwise.settings.study import Config


def shared_decoder_problems(config: "Config") -> list[str]:
    """Find what decoders that subjects share lack in the rest of a config.

    Parameters
    ----------
    config : Config
        Each part of it is valid by itself.

    Returns
    -------
    problems : list of str
        One sentence each, led by the place in the config.
    """
    return [
        f"decoders.{name}{problem}"
        for name, decoder in config.decoders.items()
        if decoder.kind == SHARED
        for problem in _problems_of(config, decoder)
    ]


def _problems_of(config: "Config", decoder: Any) -> Iterator[str]:
    if config.responses.estimate == "timeseries":
        yield (
            f": '{SHARED}' takes one response per trial, and `estimate: timeseries` "
            "gives one per volume; estimate trials, or leave the decoder out."
        )
    spaces = expand_spaces(config.feature_spaces)
    for target in decoder.target:
        if target not in spaces:
            yield f".target: no feature space '{target}'{did_you_mean(target, spaces)}"
            continue
        head = decoder.heads.get(target, DecoderHead())
        if head.tells_tokens and not has_places(spaces, target):
            yield (
                f".heads.{target}: every place is to be told, and '{target}' gives one "
                "vector for each stimulus; write `kind: linear, tokens: false`, or "
                "take a layer of a network with `read: tokens`, `map` or `queries`."
            )
    n_subjects = len(config.dataset.subjects)
    if decoder.new_subjects and n_subjects < 2:
        yield (
            f".new_subjects: each of {n_subjects} subjects in turn is new to the "
            "others; list two or more in `dataset`, or leave it out."
        )
    if decoder.low_level_px and not has_images(config):
        yield (
            ".low_level_px: a picture is to be predicted, but `dataset.stimuli` names "
            "none; give `images` there, or write 0."
        )

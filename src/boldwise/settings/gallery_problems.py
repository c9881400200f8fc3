"""What the gallery of decoded stimuli and ablations need from the rest of a config."""

from typing import TYPE_CHECKING

from boldwise.settings.base import did_you_mean
from boldwise.settings.expansion import expand_spaces

if TYPE_CHECKING:
    from boldwise.settings.base import Options
    from boldwise.settings.study import Config


def gallery_problems(config: "Config") -> list[str]:
    """Find what the gallery and ablations ask for in vain.

    Parameters
    ----------
    config : Config
        Each part of it is valid by itself.

    Returns
    -------
    problems : list of str
        One sentence each, led by the place in the config.
    """
    series = config.responses.estimate == "timeseries"
    return [*_ablations(config, series), *_gallery(config, series)]


def _ablations(config: "Config", series: bool) -> list[str]:
    decoders = config.decoders.items()
    ablated = {name: one for name, one in decoders if getattr(one, "ablation", None)}
    problems = [
        f"decoders.{name}.ablation: one response per trial is needed, and `estimate: "
        "timeseries` gives one per volume; leave it out."
        for name in ablated
        if series
    ]
    return problems + [
        f"decoders.{name}.ablation: regions of one subject are tried, and `others` "
        "brings in more; leave one of them out."
        for name, one in ablated.items()
        if getattr(one, "others", None)
    ]


def _gallery(config: "Config", series: bool) -> list[str]:
    gallery, where = config.evaluation.gallery, "evaluation.gallery"
    if gallery is None:
        return []
    if series:
        return [
            f"{where}: stimuli are shown one by one, and `estimate: timeseries` "
            "decodes volumes; leave it out."
        ]
    fit, known = decoders_of_features(config), list(config.decoders)
    problems = [
        f"{where}.decoders: no decoder '{name}'{did_you_mean(name, known)}"
        if name not in known
        else f"{where}.decoders: '{name}' has no feature space as its target, in which "
        "a nearest stimulus could be sought; leave it out."
        for name in gallery.decoders
        if name not in fit
    ]
    if not fit:
        problems.append(
            f"{where}: no decoder has a feature space as its target; add one of kind "
            "`ridge`, or leave the gallery out."
        )
    if "swav" in gallery.feature_metrics and "swav" not in gallery.weights:
        problems.append(
            f"{where}.weights: no library ships the weights of 'swav'; give their path "
            "under `weights`, or leave the metric out."
        )
    return problems


def decoders_of_features(config: "Config") -> list[str]:
    """Names of decoders that identify stimuli in a feature space of vectors.

    Parameters
    ----------
    config : Config

    Returns
    -------
    names : list of str
        In the order of the config; none whose target has a vector for each place.
    """
    spaces = expand_spaces(config.feature_spaces)
    return [
        name
        for name, one in config.decoders.items()
        if target_of(one) in spaces and not _tells_places(one)
    ]


def _tells_places(decoder: "Options") -> bool:
    head = getattr(decoder, "heads", {}).get(target_of(decoder))
    return bool(head and head.tells_tokens)


def target_of(decoder: "Options") -> str:
    """Feature space in which a decoder identifies stimuli.

    Parameters
    ----------
    decoder : Options
        Of any kind.

    Returns
    -------
    target : str
        The first of several; empty where a decoder has none.
    """
    target = getattr(decoder, "target", "")
    return str(target if isinstance(target, str) else target[0])

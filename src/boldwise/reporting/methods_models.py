"""Methods text about features, encoders and decoders."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_alignment import describe_alignments
from boldwise.reporting.methods_language import (
    LANGUAGE_KINDS,
    tell_resampling,
    tell_tier,
)
from boldwise.reporting.methods_low_level import LOW_LEVEL_KINDS
from boldwise.reporting.methods_networks import NETWORK_KINDS
from boldwise.reporting.methods_shared import describe_shared, shared_of
from boldwise.reporting.methods_spaces import (
    resolve_space,
    tell_controls,
    tell_reduction,
)
from boldwise.reporting.methods_trained import TRAINED, describe_trained

Options = Mapping[str, Any]
HELPED = {
    "pooled": "Some decoders also learned from the training trials of the other "
    "subjects, aligned with the decoded one on training stimuli that both saw; their "
    "penalties were chosen on the decoded subject's own trials.",
    "ensemble": "Some decoders are ensembles: the responses were aligned with each "
    "other subject on training stimuli that both saw, and what the decoders of all "
    "subjects predicted was averaged.",
}
CLASSIFIERS = {
    "shrinkage_lda": "linear discriminants with a shrunk covariance {lda}",
    "linear_svm": "a linear support vector machine (C = 1, one against the rest)",
}
CHOOSERS = {
    "voxel": "chosen for each voxel",
    "roi": "chosen for the voxels of the same regions together, by their mean",
    "all": "one for all voxels, by their mean",
}


def describe_encoders(config: Options, sources: Bibliography) -> str:
    """Say how responses were predicted from feature spaces.

    Parameters
    ----------
    config : mapping
        The checked config, as plain values.
    sources : Bibliography
        Grows by what is cited.

    Returns
    -------
    text : str
        Empty without encoders.
    """
    encoders = config["encoders"]
    if not encoders:
        return ""
    used = dict.fromkeys(
        space for one in encoders.values() for space in one["features"]
    )
    basics = sources.cite("naselaris2011", "hoerl1970")
    balance = sources.cite("dupre2022")
    found = {name: resolve_space(config["feature_spaces"], name) for name in used}
    spaces = [
        f"'{name}': {lead}{describe_space(space, sources)}"
        for name, (lead, space) in found.items()
    ]
    linear = {n: one for n, one in encoders.items() if one["kind"] not in TRAINED}
    if not linear:
        return describe_trained(encoders, sources).strip()
    delays = sorted({delay for one in linear.values() for delay in one["delays"]})
    late = (
        f" Features enter with delays of {', '.join(map(str, delays))} volumes, never "
        "across runs."
        if delays
        else ""
    )
    return (
        "Each voxel was predicted from features of the stimuli by ridge regression "
        f"{basics}, min |y − Xb|² + α|b|², with "
        f"{describe_grids(linear)}. Each feature space was centred and divided by "
        "the root of its total training variance, so that joined spaces weigh alike "
        f"{balance}.{late}{describe_bands(encoders, balance)}"
        f"{describe_choices(encoders, sources)} Feature spaces: "
        f"{'; '.join(spaces)}.{tell_controls(encoders)}"
        f"{describe_trained(encoders, sources)}"
    )


def describe_bands(encoders: Options, source: str) -> str:
    """Say which encoders have a penalty for each feature space.

    Parameters
    ----------
    encoders : mapping
        Entries with ``kind``.
    source : str
        Mark of the citation.

    Returns
    -------
    text : str
        A sentence with a space before it; empty where no encoder is banded.
    """
    names = [name for name, one in encoders.items() if one["kind"] == "banded_ridge"]
    if not names:
        return ""
    listed = ", ".join(f"'{name}'" for name in names)
    most = max(encoders[name]["n_candidates"] for name in names)
    return (
        f" Banded encoders ({listed}) have a penalty for each feature space and voxel "
        f"{source}: the grid divided by shares of the spaces, up to {most} of which "
        "were scored over the inner folds, the next always where a Gaussian-process "
        "regression of the scores expected most improvement. Their R² is parted over "
        "spaces by the product measure."
    )


def describe_choices(encoders: Options, sources: Bibliography) -> str:
    """Say which encoders choose among their feature spaces, and how.

    Parameters
    ----------
    encoders : mapping
        Entries with ``kind``.
    sources : Bibliography

    Returns
    -------
    text : str
        A sentence with a space before it; empty where no encoder chooses.
    """
    chosen = {n: one for n, one in encoders.items() if one["kind"] == "best_layer"}
    if not chosen:
        return ""
    listed = "; ".join(
        f"'{name}': {CHOOSERS[one['choose_by']]}" for name, one in chosen.items()
    )
    return (
        " Some encoders use one of their feature spaces, that with the best R² in the "
        f"inner folds of the training stimuli of each outer fold ({listed}); held-out "
        f"responses had no part in the choice {sources.cite('kriegeskorte2009')}."
    )


def describe_decoders(config: Options, sources: Bibliography) -> str:
    """Say how stimuli were read out of responses.

    Parameters
    ----------
    config : mapping
    sources : Bibliography

    Returns
    -------
    text : str
        Empty without decoders.
    """
    decoders = config["decoders"]
    said = []
    targets = [one["target"] for one in decoders.values() if one["kind"] == "ridge"]
    if targets:
        named = ", ".join(f"'{target}'" for target in dict.fromkeys(targets))
        said.append(
            f"Features ({named}) were predicted from responses by ridge regression, "
            "both z-scored by their training statistics."
        )
    if any(one["kind"] == "across_subjects" for one in decoders.values()):
        said.append(
            "Across subjects, a stimulus was identified from the mean response of the "
            "other subjects, each voxel's mean over the test stimuli removed."
        )
    said += [*_helped(decoders), *describe_shared(decoders, sources)]
    said += describe_alignments(decoders, sources)
    if said:
        said.append(
            "A test stimulus is identified if its own pattern correlates best with the "
            "predicted one among all test stimuli of the fold "
            f"{sources.cite('kay2008')}; chance and the number of candidates are "
            "always given."
        )
    if targets or shared_of(decoders):
        said.append(
            "Each of these decoders was also given Gaussian noise, the mean training "
            "response and the responses to other stimuli, and each decoded pattern was "
            "replaced by that of the nearest training stimulus."
        )
    kinds = [
        one["classifier"] for one in decoders.values() if one["kind"] == "category"
    ]
    for kind in dict.fromkeys(kinds):
        mark = sources.cite("ledoit2004") if kind == "shrinkage_lda" else ""
        said.append(
            f"Categories were decoded by {CLASSIFIERS[kind].format(lda=mark)}, fixed "
            "beforehand and untuned."
        )
    return " ".join(said)


def _helped(decoders: Options) -> list[str]:
    """Tell the ways in which other subjects help ridge decoders, each once."""
    others = [one.get("others") for one in decoders.values()]
    return [HELPED[how] for how in dict.fromkeys(one["how"] for one in others if one)]


def describe_space(space: Options, sources: Bibliography) -> str:
    """Say what a feature space is.

    Parameters
    ----------
    space : mapping
        One entry of ``feature_spaces``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    return KINDS[space["kind"]](space, sources) + tell_reduction(space, sources)


def describe_grids(models: Options) -> str:
    """Say which penalties could be chosen.

    Parameters
    ----------
    models : mapping
        Entries with ``penalties``.

    Returns
    -------
    text : str
    """
    grids = dict.fromkeys(
        f"{one['penalties']['n']} penalties from {one['penalties']['low']:,g} to "
        f"{one['penalties']['high']:,g}"
        for one in models.values()
    )
    return f"a penalty for each voxel, one of {' or '.join(grids)}"


def _tfidf(space: Options, sources: Bibliography) -> str:
    return (
        "words of the captions, weighted by inverse document frequency "
        f"{sources.cite('salton1988')}"
    )


def _category(space: Options, sources: Bibliography) -> str:
    return "category labels"


def _given(space: Options, sources: Bibliography) -> str:
    return "features given in a file"


def _words(space: Options, sources: Bibliography) -> str:
    return f"words per second{tell_tier(space)}{tell_resampling(space, sources)}"


def _onsets(space: Options, sources: Bibliography) -> str:
    when = tell_resampling(space, sources)
    return f"how often each label occurs{tell_tier(space)}{when}"


def _sound(space: Options, sources: Bibliography) -> str:
    how = {"none": "power", "sqrt": "amplitude", "log": "power in decibels"}
    return f"{how[space['compression']]} of the sound{tell_resampling(space, sources)}"


def _position(space: Options, sources: Bibliography) -> str:
    return f"polynomials of the time in the run up to degree {space['degree']}"


KINDS = {
    **LANGUAGE_KINDS,
    "word_rate": _words,
    "onsets": _onsets,
    "sound_power": _sound,
    "position": _position,
    "given_volumes": _given,
    **LOW_LEVEL_KINDS,
    **NETWORK_KINDS,
    "tfidf": _tfidf,
    "category": _category,
    "given": _given,
}

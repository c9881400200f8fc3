"""What parts of a config must agree on: every disagreement, in one list."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from boldwise.settings.attention_problems import attention_problems
from boldwise.settings.base import SIDES, did_you_mean
from boldwise.settings.expansion import expand_spaces
from boldwise.settings.gallery_problems import gallery_problems
from boldwise.settings.images import models_without_brains
from boldwise.settings.preprocessing import preprocessing_problems
from boldwise.settings.shared_decoder_problems import shared_decoder_problems
from boldwise.settings.space_problems import space_problems

if TYPE_CHECKING:
    from boldwise.settings.base import Options
    from boldwise.settings.study import Config

RESERVED_SUBJECTS = ("all", "group")  # Rows over subjects, and the mean subject.
RESERVED_ROIS = ("all",)
TIME_SERIES_KINDS = (
    *("contiguous", "word_rate", "onsets", "sound_power", "position"),
    "given_volumes",
)


def find_problems(config: "Config") -> list[str]:
    """Find names that nothing carries, and choices that exclude each other.

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
        *_unknown_names(config),
        *space_problems(config),
        *attention_problems(config),
        *gallery_problems(config),
        *shared_decoder_problems(config),
        *models_without_brains(
            config.dataset,
            {
                "encoders": list(config.encoders),
                "decoders": list(config.decoders),
                "responses.estimate": ["timeseries"]
                * (config.responses.estimate == "timeseries"),
            },
        ),
        *_bad_labels(config),
        *preprocessing_problems(config.dataset),
        *_unfit_estimates(config),
        *_sides_of_volumes(config),
        *_penalties_upside_down(config),
        *_subjects_in_different_spaces(config),
        *_unfit_for_time_series(config),
    ]


def _unknown_names(config: "Config") -> list[str]:
    spaces: Mapping[str, Options] = expand_spaces(config.feature_spaces)
    encoders: Mapping[str, Options] = config.encoders
    wanted = [
        (f"encoders.{name}.{part}", "feature space", space, spaces)
        for name, encoder in config.encoders.items()
        for part in ("features", "beside")
        for space in getattr(encoder, part, [])
    ]
    wanted += [
        (f"decoders.{name}.target", "feature space", decoder.target, spaces)
        for name, decoder in config.decoders.items()
        if decoder.kind == "ridge"
    ]
    wanted += [
        ("evaluation.shuffled", "encoder", name, encoders)
        for name in config.evaluation.shuffled
    ]
    return [
        f"{where}: no {what} '{name}'{did_you_mean(name, known)}"
        for where, what, name, known in wanted
        if name not in known
    ]


def _bad_labels(config: "Config") -> list[str]:
    dataset = config.dataset
    given = {"subjects": dataset.subjects, "runs": getattr(dataset, "runs", [])}
    problems = [
        f"dataset.{key}: '{label}' is listed {count} times; list it once."
        for key, labels in given.items()
        for label, count in Counter(labels).items()
        if count > 1
    ]
    reserved = {"subjects": RESERVED_SUBJECTS, "rois": RESERVED_ROIS}
    labels = {
        "subjects": dataset.subjects,
        "rois": [*getattr(dataset, "rois", {}), *getattr(dataset, "columns", [])],
    }
    problems += [
        f"dataset.{key}: '{name}' is a name that boldwise uses itself; choose another."
        for key, names in reserved.items()
        for name in names
        if name in labels[key]
    ]
    return problems


def _unfit_estimates(config: "Config") -> list[str]:
    estimate, kind = config.responses.estimate, config.dataset.kind
    if config.responses.hrf == "library" and estimate != "single_trial_ridge":
        trials = "`estimate: single_trial_ridge`, or "
        return [
            "responses.hrf: 'library' chooses a curve for each voxel, but "
            f"'{estimate}' uses one for all; write "
            f"{'' if kind in ('series', 'betas') else trials}`hrf: glover`.",
            *_unfit_for_kind(estimate, kind),
        ]
    return _unfit_for_kind(estimate, kind)


def _unfit_for_kind(estimate: str, kind: str) -> list[str]:
    if kind == "series" and estimate != "timeseries":
        return [
            f"responses.estimate: '{estimate}' makes a response per trial, but the "
            "dataset holds time courses; write `estimate: timeseries`."
        ]
    if kind == "betas" and estimate != "given":
        return [
            f"responses.estimate: '{estimate}' needs BOLD, but the dataset holds "
            "betas; write `estimate: given`."
        ]
    if kind != "betas" and estimate == "given":
        return [
            "responses.estimate: 'given' needs betas, but the dataset holds BOLD; "
            "write `least_squares_all` or another estimate."
        ]
    return []


def _sides_of_volumes(config: "Config") -> list[str]:
    if config.dataset.kind != "betas":
        return []
    return [
        f"dataset.atlases.{name}.{key}: '{template}' asks for '{side}', but betas "
        "lie in a volume; name one file for both hemispheres."
        for name, atlas in config.dataset.atlases.items()
        for key, template in (("path", atlas.path), ("lookup", atlas.lookup))
        for side in SIDES
        if template and f"{{{side}}}" in template
    ]


def _penalties_upside_down(config: "Config") -> list[str]:
    encoders: Mapping[str, Options] = config.encoders
    decoders: Mapping[str, Options] = config.decoders
    grids = [
        (f"{part}.{name}", getattr(one, "penalties", None))
        for part, models in (("encoders", encoders), ("decoders", decoders))
        for name, one in models.items()
    ]
    grids += [
        (f"decoders.{name}.alignment", getattr(one.alignment, "penalties", None))
        for name, one in config.decoders.items()
        if one.kind == "across_subjects"
    ]
    grids += [
        (f"decoders.{name}.others", getattr(one.others.alignment, "penalties", None))
        for name, one in config.decoders.items()
        if one.kind == "ridge" and one.others
    ]
    return [
        f"{where}.penalties: low is {grid.low:g}, above high, {grid.high:g}; exchange "
        "them."
        for where, grid in grids
        if grid and grid.low > grid.high
    ]


def _subjects_in_different_spaces(config: "Config") -> list[str]:
    if getattr(config.dataset, "common_space", False):
        return []
    return [
        f"decoders.{name}: across_subjects compares voxels between subjects; say "
        "`common_space: true` in `dataset` if they mean the same place in all, or "
        "leave this decoder out; without `n_parcels`, `alignment: {kind: "
        "shared_response}` and other alignments by function need no common space."
        for name, decoder in config.decoders.items()
        if decoder.kind == "across_subjects" and decoder.needs_places
    ]


def _unfit_for_time_series(config: "Config") -> list[str]:
    """Choices that are only for volumes, or only for trials."""
    null = config.evaluation.null_method
    if config.responses.estimate == "timeseries":
        return [
            "evaluation.null_method: shuffling volumes would break their "
            "autocorrelation, and the test would find what is not there (21 % instead "
            "of 5 % at an autocorrelation of .8); write `phase_randomisation` or "
            "`auto`."
        ] * (null == "shuffle")
    problems = [
        f"evaluation.null_method: '{null}' is for time series, but the responses are "
        "one per trial; write `shuffle` or `auto`."
    ] * (null not in ("auto", "shuffle"))
    kinds: dict[str, str] = {
        f"splits.{name}": one.kind for name, one in config.splits.items()
    }
    spaces = config.feature_spaces.items()
    kinds |= {f"feature_spaces.{name}": one.kind for name, one in spaces}
    problems += [
        f"{where}: '{kind}' is for time series; write `estimate: timeseries` in "
        "`responses`, or leave it out."
        for where, kind in kinds.items()
        if kind in TIME_SERIES_KINDS
    ]
    return problems

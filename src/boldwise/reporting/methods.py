"""Methods text: what was done, in sentences made from the settings of this run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boldwise.evaluation.time_series_nulls import DEFAULT, null_for
from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_models import describe_decoders, describe_encoders
from boldwise.reporting.methods_preprocessing import describe_preprocessing
from boldwise.reporting.methods_responses import describe_responses, join_words
from boldwise.reporting.study import Study

Options = Mapping[str, Any]
SPLITS = {
    "shared_images": "tests on the stimuli that every subject saw and trains on the "
    "rest",
    "leave_group_out": "holds out one {by} at a time",
    "k_fold": "holds out {n_folds} folds, keeping each {by} together",
    "listed": "tests on a list of stimuli",
    "contiguous": "cuts every run into {n_folds} stretches of neighbouring volumes, "
    "holds out one at a time, and leaves out what lies closer to it than {gap}",
}
CEILINGS = {
    "repeats": "The noise ceiling of a voxel is the share of the variance of its "
    "repeat-averaged test response that is signal, from the variance over repeats as "
    "in the Natural Scenes Dataset {allen}.",
    "anova": "The noise ceiling of a voxel is the share of the variance of its "
    "repeat-averaged test response that is signal, by analysis of variance, not "
    "rectified.",
    "signal_power": "The noise ceiling of a voxel is its signal power {power} over the "
    "variance of its repeat-averaged test response.",
    "explainable_variance": "The noise ceiling of a voxel is the explainable variance "
    "of one repeat {power}, carried to their number by the formula of Spearman and "
    "Brown {halves}.",
    "split_half": "The noise ceiling of a voxel is the correlation between repeats of "
    "the test stimuli, carried to their number by the formula of Spearman and Brown "
    "{halves}.",
    "inter_subject": "The noise ceiling of a voxel is its squared correlation with the "
    "mean of the other subjects, a lower bound.",
    "none": "No noise ceiling was estimated.",
}


NULLS = {
    "shuffle": "permutes the identity of test stimuli",
    "circular_shift": "turns each run of responses round by a random lag",
    "block_permutation": "moves blocks of 30 volumes of each run of responses",
    "phase_randomisation": "draws the phases of the spectrum of each run of responses "
    "anew, which keeps their autocorrelation {mark},",
}


@dataclass(frozen=True)
class Methods:
    """Methods text and what it cites.

    Attributes
    ----------
    paragraphs : dict of str
        By their heading.
    references : list of str
        In the order of the numbers in the text.
    """

    paragraphs: dict[str, str]
    references: list[str]


def write_methods(study: Study, config: Options) -> Methods:
    """Describe what was done.

    Parameters
    ----------
    study : Study
        Numbers of subjects, voxels and trials.
    config : mapping
        The checked config with its defaults, as plain values.

    Returns
    -------
    methods : Methods
        A paragraph for each stage that ran.
    """
    sources = Bibliography()
    paragraphs = {
        "Data": _data(study, config["dataset"]),
        "Preprocessing": describe_preprocessing(config["dataset"], sources),
        "Responses": describe_responses(
            config["dataset"], config["responses"], sources
        ),
        "Splits": _splits(config["splits"]),
        "Noise ceilings": _ceilings(config["evaluation"], sources),
        "Encoding models": describe_encoders(config, sources),
        "Decoding": describe_decoders(config, sources),
        "Statistics": _statistics(config, sources),
        "Software": _software(config, sources),
    }
    return Methods({k: text for k, text in paragraphs.items() if text}, sources.entries)


def _data(study: Study, dataset: Options) -> str:
    facts = list(study.subjects.values())
    n_people = len([name for name in study.subjects if name != "group"])
    subjects = "1 subject" if n_people == 1 else f"{n_people} subjects"
    each = "" if len(facts) == 1 else " each"
    mean = ", and their mean," if len(facts) > n_people else ""
    rows = "volumes" if facts[0].kind == "continuous" else "trials"
    origin = (
        "All data are simulated: scenes drawn by code, brains whose voxels follow "
        "known properties of the scenes, and a scanner with drift, autocorrelated "
        "noise and motion on top. "
        if dataset["kind"] == "simulated"
        else ""
    )
    return (
        f"{origin}Dataset '{dataset['name']}': {subjects}{mean} with "
        f"{_range([one.n_voxels for one in facts])} voxels and "
        f"{_range([one.n_trials for one in facts])} {rows} in "
        f"{_range([one.n_runs for one in facts])} runs{each}; "
        f"{study.n_stimuli:,} stimuli."
    )


def _splits(splits: Options) -> str:
    said = []
    for name, options in splits.items():
        gap_s = options.get("gap_s")
        gap = f"{gap_s:g} s" if gap_s else "the longest delay and a response of 25 s"
        what = SPLITS[options["kind"]].format(**options, gap=gap)
        runs = (
            " Training and test trials may share runs."
            if options.get("share_runs")
            else ""
        )
        groups = (
            " Exemplars of one group may lie on both sides."
            if options.get("share_groups")
            else ""
        )
        said.append(
            f"Split '{name}' {what}; penalties are chosen over "
            f"{options['n_cv_folds']} inner folds of the training "
            f"stimuli.{runs}{groups}"
        )
    return (
        " ".join(said) + " Splits are over stimulus ids, the same for all subjects; a "
        "split whose parts share a stimulus or a declared group of near-duplicates is "
        "refused. All that is fitted is fitted on training stimuli."
    )


def _ceilings(options: Options, sources: Bibliography) -> str:
    method = options["ceiling"]
    marks = {
        "allen": sources.cite("allen2022") if method == "repeats" else "",
        "power": sources.cite("sahani2003")
        if method in ("signal_power", "explainable_variance")
        else "",
        "halves": sources.cite("spearman1910", "brown1910")
        if method in ("split_half", "explainable_variance")
        else "",
    }
    said = CEILINGS[method].format(**marks)
    if method == "none":
        return said
    return (
        f"{said} Its root bounds the correlation that any model can reach "
        f"{sources.cite('schoppe2016')}. Scores were normalised, "
        "r\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}√NC, in voxels "
        f"with NC ≥ {options['min_ceiling']:g}, and never clipped; the null is the "
        "same estimate after shuffling which trial showed which stimulus."
    )


def _statistics(config: Options, sources: Bibliography) -> str:
    options, said = config["evaluation"], []
    if config["encoders"]:
        said.append(
            "Scores are correlations between predicted and repeat-averaged responses "
            "to the test stimuli, within folds and averaged over them. Their null "
            f"{_null(config, sources)} {options['n_permutations']} times "
            "within folds, for all voxels jointly, with p = (1 + #{null ≥ observed}) / "
            f"(1 + N) {sources.cite('phipson2010')}; q values control the false "
            f"discovery rate over all voxels of a subject "
            f"{sources.cite('benjamini1995')}, the maximum over voxels the family-wise "
            f"error {sources.cite('nichols2002')}. As controls, encoders were refitted "
            f"{options['n_shuffles']} times on responses "
            f"{'turned round in time' if _is_serial(config) else 'shuffled'} over "
            "training stimuli."
        )
    said.append(
        f"Intervals are the middle 95 % of {options['n_bootstraps']} draws of test "
        f"stimuli and, over subjects, of subjects, too {sources.cite('owen2007')}; "
        "voxels are never drawn. Models are compared on the same draws, hence paired."
    )
    return " ".join(said)


def _null(config: Options, sources: Bibliography) -> str:
    """Say what the null does, as ``evaluation.time_series_nulls`` chooses it."""
    chosen = null_for(config["evaluation"]["null_method"], serial=_is_serial(config))
    mark = sources.cite("theiler1992") if chosen == DEFAULT else ""
    return NULLS[chosen].format(mark=mark)


def _is_serial(config: Options) -> bool:
    return bool(config["responses"]["estimate"] == "timeseries")


def _software(config: Options, sources: Bibliography) -> str:
    towers = any(
        one["kind"] == "open_clip" for one in config["feature_spaces"].values()
    )
    tools = {
        "SciPy": "virtanen2020",
        "scikit-learn": "pedregosa2011",
        "nilearn": "abraham2014",
        **({"PyTorch": "paszke2019"} if towers else {}),
    }
    snakemake = sources.cite("molder2021")
    named = join_words([f"{name} {sources.cite(key)}" for name, key in tools.items()])
    return (
        f"boldwise ran under Snakemake {snakemake} with {named}; versions and seeds "
        "stand under Reproducibility."
    )


def _range(numbers: list[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"

"""What the methods text says about the way from preprocessed runs to responses."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
ESTIMATES = {
    "given": "Response estimates were taken as given.",
    "least_squares_all": "Single-trial responses were estimated by least squares with "
    "one regressor for each trial, all in one model per run (least squares all) {lss}.",
    "least_squares_separate": "Single-trial responses were estimated by one model for "
    "each trial, with a regressor for it and one for all other trials of the run "
    "(least squares separate) {lss}.",
    "single_trial_ridge": "Single-trial responses were estimated by ridge regression "
    "with {curve}noise components and a fraction of the length of the least-squares "
    "weights {fraction} chosen from the data, following GLMsingle {glmsingle}: "
    "{curve_chosen}the number of noise "
    "components on runs left out, the fraction of each voxel by repeats, among "
    "those at which neighbouring responses correlate by at most {bound:g}.",
    "block_mean": "The response to a block is the mean of its volumes, {delay:g} s "
    "later than the block.",
    "timeseries": "Responses were left as time series.",
}
CURVES_ONLY = (
    "Single-trial responses were estimated by least squares with one regressor for "
    "each trial, all in one model per run{curves}."
)
CURVES = (
    ", convolved for each voxel with the one of 20 response functions that explained "
    "most in a model of all trials alike, as in GLMsingle {glmsingle}"
)
CURVE_CHOSEN = "the response function by a model of all trials alike, "
HRFS = {
    "glover": "Trials were convolved with Glover's haemodynamic response function "
    "{hrf}.",
    "spm": "Trials were convolved with the canonical response function of SPM {hrf}.",
    "none": "",
}
HRF_SOURCES = {"glover": "glover1999", "spm": "friston1998"}


def describe_responses(
    dataset: Options, options: Options, sources: Bibliography
) -> str:
    """Describe how responses were estimated, cleaned and put on one scale.

    Parameters
    ----------
    dataset, options : mapping
        The ``dataset`` and ``responses`` sections of the config, as plain values.
    sources : Bibliography
        Gets what is cited.

    Returns
    -------
    text : str
    """
    estimate = options["estimate"]
    single = estimate.startswith("least_squares")
    ridge = estimate == "single_trial_ridge"
    said = [_estimate(options, sources)]
    if (single or ridge) and options["hrf"] in HRF_SOURCES:
        mark = sources.cite(HRF_SOURCES[options["hrf"]])
        said.append(HRFS[options["hrf"]].format(hrf=mark))
    if dataset["kind"] != "betas":
        said.append(_cleaning(options, sources))
    if options["standardize"] != "none":
        said.append(
            f"Responses were z-scored per {options['standardize']}, over its training "
            "and test trials alike; no labels are used."
        )
    return " ".join(said)


def _estimate(options: Options, sources: Bibliography) -> str:
    estimate, recipe = options["estimate"], options.get("ridge") or {}
    ridge = estimate == "single_trial_ridge"
    library = options["hrf"] == "library"
    glmsingle = sources.cite("prince2022") if ridge else ""
    if ridge and recipe.get("max_noise_components") == 0 == len(_shortened(recipe)):
        return CURVES_ONLY.format(
            curves=CURVES.format(glmsingle=glmsingle) if library else ""
        )
    return ESTIMATES[estimate].format(
        lss=sources.cite("mumford2012") if estimate.startswith("least_s") else "",
        delay=options["block_delay_s"],
        curve="a haemodynamic response, " if library else "",
        curve_chosen=CURVE_CHOSEN if library else "",
        glmsingle=glmsingle,
        fraction=sources.cite("rokem2020") if ridge else "",
        bound=recipe.get("neighbour_bound", 1.0),
    )


def _shortened(recipe: Options) -> list[float]:
    """Fractions that shrink responses."""
    return [fraction for fraction in recipe.get("fractions", [0.5]) if fraction < 1]


def _cleaning(options: Options, sources: Bibliography) -> str:
    removed = [f"polynomials up to degree {options['detrend_order']}"]
    if options["high_pass_hz"]:
        removed.append(f"cosines below {options['high_pass_hz']:g} Hz")
    if options["confounds"]:
        named = ", ".join(options["confounds"])
        compcor = (
            f" {sources.cite('behzadi2007')}"
            if "compcor" in options["confounds"]
            else ""
        )
        removed.append(f"the confounds {named}{compcor}")
    return (
        f"Slow drifts and confounds ({join_words(removed)}) were regressed out in one "
        f"step, run by run {sources.cite('lindquist2019')}.{_scrubbing(options)}"
    )


def _scrubbing(options: Options) -> str:
    scrub = options.get("scrub")
    if not scrub:
        return ""
    return (
        f" Volumes with a framewise displacement above {scrub['fd_mm']:g} mm or a "
        f"standardised DVARS above {scrub['std_dvars']:g} were left out, and so were "
        f"stretches of fewer than {scrub['min_volumes']} volumes between them."
    )


def join_words(parts: list[str]) -> str:
    """Join words by commas, the last one by "and".

    Parameters
    ----------
    parts : list of str
        At least one.

    Returns
    -------
    text : str
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

"""One subject's responses, from whichever files the dataset has."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from boldwise.errors import ConfigError
from boldwise.io.betas import BetaSource, read_betas
from boldwise.io.bold import read_bold
from boldwise.io.bold_plan import BoldSource
from boldwise.io.scrubbing import Scrub
from boldwise.io.series import read_series, series_fields
from boldwise.responses.records import Responses
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.runs import Recipe
from boldwise.responses.standardize import standardize


def read_subject(
    source: Mapping[str, Any], subject: str, options: Mapping[str, Any]
) -> Responses:
    """Read, or estimate, the responses of one subject.

    Parameters
    ----------
    source : mapping
        From ``settings.sources.response_source``: ``kind``, and the fields of
        ``BetaSource``, ``BoldSource`` or ``SeriesSource``.
    subject : str
    options : mapping
        The ``responses`` section of the config.

    Returns
    -------
    responses : Responses

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line.
    """
    fields = {name: value for name, value in source.items() if name != "kind"}
    if source["kind"] == "betas":
        responses = read_betas(BetaSource(**fields), subject)
    elif source["kind"] == "series":
        responses = read_series(
            series_fields(fields),
            subject,
            recipe=recipe_of(options),
            confounds=options["confounds"],
        )
    else:
        responses = read_bold(
            BoldSource(**fields),
            subject,
            recipe=recipe_of(options),
            confounds=options["confounds"],
            scrub=scrub_of(options),
        )
    if options["standardize"] == "none":
        return responses
    within = cast(Literal["run", "session"], options["standardize"])
    return standardize(responses, within=within)


def scrub_of(options: Mapping[str, Any]) -> Scrub | None:
    """Pick which volumes moved too much from the ``responses`` section of the config.

    Parameters
    ----------
    options : mapping

    Returns
    -------
    scrub : Scrub or None
        None where moved volumes are kept.
    """
    wanted = options.get("scrub")
    return Scrub(**wanted) if wanted else None


def recipe_of(options: Mapping[str, Any]) -> Recipe:
    """Pick what the estimation needs from the ``responses`` section of the config.

    Parameters
    ----------
    options : mapping

    Returns
    -------
    recipe : Recipe

    Raises
    ------
    ConfigError
        If responses are to be taken as given, but the dataset has BOLD.
    """
    if options["estimate"] == "given":
        raise ConfigError(
            "responses.estimate: 'given' is for datasets of kind `betas`; from BOLD, "
            "responses must be estimated. Choose least_squares_all, "
            "least_squares_separate, single_trial_ridge, block_mean or timeseries."
        )
    names = ("estimate", "hrf", "high_pass_hz", "detrend_order", "block_delay_s")
    return Recipe(**{name: options[name] for name in names}, ridge=_ridge_of(options))


def _ridge_of(options: Mapping[str, Any]) -> RidgeRecipe:
    ridge = options.get("ridge")
    if ridge is None:
        return RidgeRecipe()
    return RidgeRecipe(
        max_components=ridge["max_noise_components"],
        fractions=tuple(ridge["fractions"]),
        neighbour_bound=ridge["neighbour_bound"],
        split_halves=ridge["split_halves"],
    )

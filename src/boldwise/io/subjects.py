"""One subject's responses, from whichever files the dataset has."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from boldwise.errors import ConfigError
from boldwise.io.betas import BetaSource, read_betas
from boldwise.io.bold import read_bold
from boldwise.io.bold_plan import BoldSource
from boldwise.responses.records import Responses
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
        ``BetaSource`` or ``BoldSource``.
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
    else:
        responses = read_bold(
            BoldSource(**fields),
            subject,
            recipe=recipe_of(options),
            confounds=options["confounds"],
        )
    if options["standardize"] == "none":
        return responses
    within = cast(Literal["run", "session"], options["standardize"])
    return standardize(responses, within=within)


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
            "least_squares_separate, block_mean or timeseries."
        )
    names = ("estimate", "hrf", "high_pass_hz", "detrend_order", "block_delay_s")
    return Recipe(**{name: options[name] for name in names})

"""Methods text about language: captions, words in time, and how they reach volumes."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
READ = {
    "mean": "the mean of its sub-words",
    "last": "its last sub-word",
    "class": "the class token",
    "pooled": "the model's own pooling",
}


def tell_model(space: Options, sources: Bibliography) -> str:
    """Say which layer of which language model, and how much it has read.

    Parameters
    ----------
    space : mapping
        An entry of kind ``language_model``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    asked = space["layers"] or ["-1" if space["layer"] is None else space["layer"]]
    layers = ", ".join(str(one) for one in asked)
    untrained = ", untrained, as a control" if space["weights"] else ""
    stride = f", {space['stride']} words to a window" if space["stride"] else ""
    return (
        f"hidden state {layers} of the language model {space['model']} "
        f"{sources.cite('wolf2020')}{untrained}, for a caption or word "
        f"{READ[space['read']]}; words of a story were read with at least "
        f"{space['context']} words to their left within the run and none to their "
        f"right {sources.cite('jain2018')}{stride}"
        f"{tell_tier(space)}{tell_combined(space, sources)}"
    )


def tell_vectors(space: Options, sources: Bibliography) -> str:
    """Say which static vectors.

    Parameters
    ----------
    space : mapping
        An entry of kind ``word_vectors``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    name = space["path"].rpartition("/")[2]
    return (
        f"static vectors of words from {name}{tell_tier(space)}"
        f"{tell_combined(space, sources)}"
    )


def tell_statistics(space: Options, sources: Bibliography) -> str:
    """Say what was counted.

    Parameters
    ----------
    space : mapping
        An entry of kind ``word_statistics``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    return (
        f"number, length and position of words{tell_tier(space)}"
        f"{tell_resampling(space, sources)}"
    )


def tell_tier(space: Options) -> str:
    """Name the tier of the transcript, where one was named.

    Parameters
    ----------
    space : mapping
        With ``tier``.

    Returns
    -------
    text : str
    """
    return f" (tier {space['tier']})" if space["tier"] else ""


def tell_combined(space: Options, sources: Bibliography) -> str:
    """Say how vectors of words came to the volumes.

    Parameters
    ----------
    space : mapping
        With ``resample`` and ``combine``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    verb = "added up" if space["combine"] == "sum" else "averaged"
    where = tell_resampling(space, sources).removeprefix(", averaged")
    return f", {verb}{where}"


def tell_resampling(space: Options, sources: Bibliography) -> str:
    """Say how something timed came to the volumes.

    Parameters
    ----------
    space : mapping
        With ``resample``.
    sources : Bibliography

    Returns
    -------
    text : str
    """
    if space["resample"] == "box":
        return ", averaged over each volume"
    return (
        " at the times of the volumes, by a Lanczos filter of 3 lobes with a cutoff "
        f"of 1 / TR {sources.cite('duchon1979')}"
    )


LANGUAGE_KINDS = {
    "language_model": tell_model,
    "word_vectors": tell_vectors,
    "word_statistics": tell_statistics,
}

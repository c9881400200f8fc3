"""Files of models from elsewhere: those that lie here already, else downloaded.

What cannot be had is told in one sentence: the model, where its weights are looked
for, and how to bring them.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from boldwise.errors import WeightsError, first_line, name_some

TIMEOUT_S = 10.0
UNTRAINED = "untrained"


@dataclass(frozen=True)
class Wanted:
    """Weights that somebody else keeps.

    Attributes
    ----------
    model, weights : str
        As in the config.
    place : str
        URL that is asked whether it can be reached.
    folder : str
        Where the library keeps what it has downloaded.
    file : str
        What to download by hand.
    bring : str
        What the user does with a file that was downloaded by hand.
    """

    model: str
    weights: str
    place: str
    folder: str
    file: str
    bring: str = f"give the path of that file as weights, or '{UNTRAINED}'"


def cached(repository: str, names: Sequence[str]) -> Path | None:
    """Find a file of the Hugging Face hub that this computer has already.

    Parameters
    ----------
    repository : str
        ``owner/name``; empty: nothing is looked for.
    names : sequence of str
        Any of these will do, the first found is taken.

    Returns
    -------
    path : Path or None
    """
    from huggingface_hub import try_to_load_from_cache

    for name in names if repository else ():
        found = try_to_load_from_cache(repository, name)
        if isinstance(found, str):
            return Path(found)
    return None


def hub_folder() -> str:
    """Folder in which the client of the Hugging Face hub keeps what it downloads.

    Returns
    -------
    folder : str
    """
    from huggingface_hub import constants

    return str(constants.HF_HUB_CACHE)


def hub_place(repository: str) -> str:
    """Address of a repository on the Hugging Face hub.

    Parameters
    ----------
    repository : str
        ``owner/name``.

    Returns
    -------
    url : str
    """
    from huggingface_hub import constants

    return f"{constants.ENDPOINT}/{repository}"


def download(wanted: Wanted, fetch: Callable[[], object]) -> Path:
    """Download a file, or say in one sentence why not and what to do.

    Parameters
    ----------
    wanted : Wanted
    fetch : callable
        Downloads by the library's own client and returns the path.

    Returns
    -------
    path : Path

    Raises
    ------
    WeightsError
        If the place cannot be reached, or has no such file.
    """
    from huggingface_hub import constants

    reason = "HF_HUB_OFFLINE is set"
    if not constants.HF_HUB_OFFLINE:
        reason = why_unreachable(wanted.place)
    if not reason:
        try:
            return Path(str(fetch()))
        except (OSError, RuntimeError, ValueError) as error:
            reason = first_line(error)
    raise WeightsError(
        f"model '{wanted.model}': the weights '{wanted.weights}' are neither in "
        f"{wanted.folder} nor to be had from {wanted.place} ({reason}). Download "
        f"{wanted.file} from there on a machine with a network, and {wanted.bring}."
    )


def why_unreachable(url: str) -> str:
    """Ask a place once: the hub's client would try for a minute without a network.

    Parameters
    ----------
    url : str

    Returns
    -------
    reason : str
        Empty if it answers, whatever it says.
    """
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S):
            return ""
    except urllib.error.HTTPError:
        return ""  # It answers; let the client say what is wrong.
    except (OSError, ValueError) as error:
        return first_line(getattr(error, "reason", error))


def some_tags(tags: Sequence[str], library: str) -> str:
    """List the weights that a library knows for a model.

    Parameters
    ----------
    tags : sequence of str
    library : str

    Returns
    -------
    text : str
    """
    return name_some(tags, at_most=10) if tags else f"{library} knows none"


def hint(word: str, known: Sequence[str]) -> str:
    """End a message about an unknown name with the closest known ones.

    Parameters
    ----------
    word : str
    known : sequence of str

    Returns
    -------
    text : str
        With its full stop or question mark.
    """
    close = get_close_matches(word, known, n=3)
    return f"; did you mean {name_some(close)}?" if close else "."

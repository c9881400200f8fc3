"""Methods text about what becomes of features: layers, tokens, directions, controls."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
SPATIAL = ("tokens", "map", "queries")
POOLS = {
    "mean": "the mean over places",
    "max": "the maximum over places",
    "flatten": "all places",
}


def resolve_space(spaces: Mapping[str, Options], name: str) -> tuple[str, Options]:
    """Find the entry that a feature space is described by.

    Parameters
    ----------
    spaces : mapping of name to options
    name : str

    Returns
    -------
    lead : str
        To stand before the description of the entry, with a space; empty for an
        entry.
    options : mapping
        Of the entry, reduced as the space is.
    """
    space = spaces[name]
    if space["kind"] == "shuffled":
        lead, options = resolve_space(spaces, space["of"])
        order = "stimuli in random order within training and within test, as a control"
        return f"{order}: {lead}", options
    if space["kind"] == "layer":
        own = {key: space[key] for key in ("n_components", "projection", "pool")}
        entry = {**spaces[space["of"]], **own, "layers": [], "layer": space["layer"]}
        return "", entry
    return "", space


def tell_reduction(space: Options, sources: Bibliography) -> str:
    """Say how features became columns.

    Parameters
    ----------
    space : mapping
        One entry of ``feature_spaces``.
    sources : Bibliography

    Returns
    -------
    text : str
        With a comma before it; empty where nothing was done.
    """
    said = []
    if space.get("read") in SPATIAL:
        said.append(POOLS[space.get("pool") or "mean"])
    if space.get("projection"):
        epsilon = space["projection"]["epsilon"]
        said.append(
            "sparse random projection that keeps squared distances within "
            f"{100 * epsilon:g} % {sources.cite('li2006')}"
        )
    if space.get("n_components"):
        said.append(f"{space['n_components']} principal components")
    return "".join(f", {one}" for one in said)


def tell_controls(encoders: Mapping[str, Options]) -> str:
    """Say which encoders are controls of which.

    Parameters
    ----------
    encoders : mapping of name to options

    Returns
    -------
    text : str
        A sentence with a space before it; empty where there are none.
    """
    pairs = [
        f"'{name}' of '{one['control_of']}'"
        for name, one in encoders.items()
        if one.get("control_of")
    ]
    return f" Controls: {', '.join(pairs)}." if pairs else ""

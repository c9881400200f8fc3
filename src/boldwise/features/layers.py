"""Layers of one network: their names in stores and in the config."""

import re


def layer_slug(layer: str | int) -> str:
    """Write the name of a layer so that it can stand in a file name.

    Parameters
    ----------
    layer : str or int
        Name, or index among the layers.

    Returns
    -------
    slug : str
        What is no letter or digit becomes ``-``. Its features lie in the group
        ``layer/<slug>`` of the store of its entry.

    Examples
    --------
    >>> layer_slug("blocks.3"), layer_slug("trunk/stage_2"), layer_slug(-1)
    ('blocks-3', 'trunk-stage-2', '-1')
    """
    return re.sub(r"[^A-Za-z0-9]", "-", str(layer))

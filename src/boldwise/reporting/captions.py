"""Captions: the same reStructuredText that Snakemake's report shows, as HTML."""

import re
from functools import cache
from types import SimpleNamespace

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from boldwise.errors import DataError

SAFE = {  # a caption is text: it reads no files, holds no HTML, names no outside style
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "report_level": 3,
    "warning_stream": False,
    "halt_level": 3,
    "syntax_highlight": "none",
    "math_output": "HTML",
    "doctitle_xform": False,
    "_disable_config": True,
}

UNSAFE_LINK = re.compile(r'href="(?!https?://|mailto:|#)[^"]*"')  # javascript: and kin


@cache  # A caption serves the figures of many subjects.
def render_caption(source: str, *, split: str = "") -> Markup:
    """Turn the caption of a figure into HTML.

    Parameters
    ----------
    source : str
        reStructuredText; ``{{ snakemake.wildcards.split }}`` is filled in, as
        Snakemake does.
    split : str

    Returns
    -------
    html : Markup
        Paragraphs, lists and emphasis; nothing that runs or loads.

    Raises
    ------
    DataError
        If the caption cannot be read.
    """
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage

    wildcards = SimpleNamespace(split=_escape_rst(split))
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    text = environment.from_string(source).render(
        snakemake=SimpleNamespace(wildcards=wildcards)
    )
    try:
        parts = publish_parts(text, writer="html5", settings_overrides=SAFE)
    except SystemMessage as error:
        raise DataError(
            f"a caption is not reStructuredText ({str(error).splitlines()[0]}): "
            f"{text[:60]!r}. Mend the file in workflow/report."
        ) from error
    return Markup(UNSAFE_LINK.sub('href="#"', parts["body"]))


def _escape_rst(text: str) -> str:
    """Take the meaning from characters that mark up reStructuredText."""
    return "".join(f"\\{c}" if c in "\\`*_|<>" else c for c in text)

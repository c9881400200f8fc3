"""What a run that did not end well leaves: words on the screen, and a page."""

import sys
from collections.abc import Iterable
from pathlib import Path

from boldwise.errors import tell_disk_trouble
from boldwise.io.failures import read_failures
from boldwise.io.figure_files import write_page
from boldwise.reporting.page import render_page
from boldwise.reporting.unfinished import first_reasons, unfinished_section


def tell_failures(
    log: str | Path | Iterable[str | Path], page: str, title: str
) -> None:
    """Say which subjects are missing and why, on the screen and on a page.

    Parameters
    ----------
    log : path or iterable of path
        Log of the run of Snakemake; the first of several.
    page : str
        Path of the page to write.
    title : str
        Name of the study.
    """
    paths = [log] if isinstance(log, str | Path) else list(log)
    failures = read_failures(paths[0]) if paths else []
    if not failures:
        return
    for subject, why in first_reasons(failures).items():
        print(f"boldwise: sub-{subject} is missing: {why}", file=sys.stderr)
    try:
        write_page(page, render_page([unfinished_section(failures)], title=title))
        told = f"{page} tells what to do."
    except OSError as error:
        told = tell_disk_trouble(error, page) or f"{page}: {error}"
    some = f"{len(failures)} job{'s' * (len(failures) > 1)} failed"
    print(f"boldwise: {some}. {told}", file=sys.stderr)

# What is told when a run begins and ends: a page for one that stopped, else none.
import os

from snakemake.exceptions import WorkflowError


def refuse_read_only():
    """Stop before the first job where no result could be written."""
    if Path(RESULTS).exists() and not os.access(RESULTS, os.W_OK):
        raise WorkflowError(
            f"{RESULTS}: may not be written: it is read-only or somebody else's; mend "
            "its rights, or run in a folder of your own (snakemake --directory)."
        )


def tell_unfinished(log):
    """Write a page that tells who is missing and why; name it on the screen."""
    from boldwise.cli.unfinished import tell_failures

    tell_failures(log, f"{RESULTS}/unfinished.html", DATASET.name)


def forget_unfinished():
    """Remove the page of an earlier run: this one went to its end."""
    Path(RESULTS, "unfinished.html").unlink(missing_ok=True)

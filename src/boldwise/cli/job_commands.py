"""Commands about the jobs of a study: how far it is, what it takes, side by side."""

from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigFile = Annotated[
    Path, typer.Option("--configfile", "--config", help="The study's YAML file.")
]
DEFAULT_CONFIG = Path("config/config.yaml")
Folder = Annotated[Path, typer.Option("--directory", help="Where the workflow runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
SIZES = {
    "subjects": "People.",
    "stimuli": "Stimuli of the whole study.",
    "seen": "Stimuli of one subject.",
    "test": "Stimuli of one subject to test on.",
    "trials": "Showings to one subject.",
    "voxels": "Voxels or vertices of one subject.",
    "features": "Columns of every feature space.",
}


def add_job_commands(app: typer.Typer) -> None:
    """Add ``status``, ``plan`` and ``compare``.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(status)
    app.command()(_with_sizes(plan))
    app.command()(compare)


def status(
    configfile: ConfigFile = DEFAULT_CONFIG,
    folder: Folder = Path(),
    profile: Annotated[
        Path | None, typer.Option(help="Profile, if not profiles/default.")
    ] = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="List every job.")] = False,
) -> None:
    """Print what is done, stale and why, running, failed and why."""
    from boldwise.cli import status as told
    from boldwise.jobs.listing import Place

    states = told.look_at(Place(Path("Snakefile"), configfile, folder, profile))
    if as_json:
        print(told.as_json(states))
    else:
        told.print_status(states, every=every)


def plan(
    configfile: ConfigFile = DEFAULT_CONFIG,
    folder: Folder = Path(),
    measured: Annotated[
        bool, typer.Option("--measured", help="Beside what the finished study took.")
    ] = False,
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(help="Configs of finished studies: measure the rates on them."),
    ] = None,
    as_json: AsJson = False,
    **sizes: Any,
) -> None:
    """Print the jobs, core-hours, GPU-hours, memory and disk that a study will take."""
    from boldwise.cli import plan as told
    from boldwise.jobs.listing import Place

    if calibrate:
        print(
            told.write_rates(
                [Place(Path("Snakefile"), one, folder) for one in calibrate]
            )
        )
        return
    place = Place(Path("Snakefile"), configfile, folder)
    found, all_sizes = told.plan_study(place, sizes)
    taken = told.take_samples(place) if measured else None
    if as_json:
        print(told.as_json(found, all_sizes, measured=taken))
    else:
        told.print_plan(found, all_sizes, measured=taken)


def compare(
    studies: Annotated[
        list[Path], typer.Argument(help="Folders of results: results/a results/b.")
    ],
    target: Annotated[
        Path, typer.Option("--output", "-o", help="The page to write.")
    ] = Path("comparison.html"),
) -> None:
    """Put finished studies side by side on one page: scores, and what differs."""
    from boldwise.cli.compare import write_comparison

    print(write_comparison(studies, target))


def _with_sizes(command: Any) -> Any:
    """Give a command an option for each size, in place of its ``**sizes``."""
    own = list(Signature.from_callable(command).parameters.values())[:-1]
    options = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[int | None, typer.Option(min=1, help=text)],
        )
        for name, text in SIZES.items()
    ]
    command.__signature__ = Signature([*own, *options])
    return command

"""What a study will take before anything is queued, and the rates behind it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from math import log10
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from boldwise.atomic import new_file
from boldwise.errors import DataError
from boldwise.jobs.forecast import (
    Forecast,
    add_up,
    forecast,
    read_anchors,
    read_samples,
)
from boldwise.jobs.listing import Place, list_jobs
from boldwise.jobs.rates import Sample, fit_rates, read_formulas, read_rates
from boldwise.jobs.sizes import Sizes, as_plain, sizes_of
from boldwise.settings.files import read_config

GIVEN = ("subjects", "stimuli", "seen", "test", "trials", "voxels")
HEADER = (
    "# What jobs take, as `boldwise plan --calibrate` found it: seconds of a core,\n"
    "# bytes, MB of memory; a constant and a rate for each product of formulas.yaml.\n"
)


def plan_study(
    place: Place, given: Mapping[str, int | None]
) -> tuple[list[Forecast], Sizes]:
    """Predict what a study takes, rule by rule.

    Parameters
    ----------
    place : Place
    given : mapping of size to int or None
        Sizes other than the config's; ``features``: columns of every feature space.

    Returns
    -------
    forecasts : list of Forecast
    sizes : Sizes
    """
    config = read_config(place.configfile or "config/config.yaml")
    sizes = sizes_of(config, {name: given.get(name) for name in GIVEN})
    formulas = read_formulas()
    there = formulas["simulation"] if any(given.get(name) for name in GIVEN) else ()
    jobs = [job for job in list_jobs(place, every=True) if job.rule not in there]
    found = forecast(
        *(jobs, config, sizes),
        rates=read_rates()["rules"],
        formulas=formulas,
        wide=given.get("features"),
    )
    return found, sizes


def take_samples(place: Place) -> list[Sample]:
    """Read what the jobs of a finished study took.

    Parameters
    ----------
    place : Place

    Returns
    -------
    samples : list of Sample

    Raises
    ------
    DataError
        If nothing was run there.
    """
    config = read_config(place.configfile or "config/config.yaml")
    sizes = sizes_of(config, {})
    jobs = list_jobs(place, every=True)
    samples = read_samples(jobs, config, sizes, read_formulas(), folder=place.folder)
    if not samples:
        raise DataError(
            f"{place.folder / 'results' / config.dataset.name}: holds no benchmark of "
            "this study's jobs. Run snakemake to the end first."
        )
    return samples


def write_rates(places: Sequence[Place], *, path: str | Path | None = None) -> Path:
    """Measure the rates of finished studies, and keep them for all later plans.

    Parameters
    ----------
    places : sequence of Place
        Studies of different sizes: two of one size tell a constant from a rate no
        better than one does.
    path : path, optional
        Default: the file of this installation.

    Returns
    -------
    path : Path
    """
    formulas = read_formulas()
    samples = [one for place in places for one in take_samples(place)]
    rates = fit_rates([*samples, *read_anchors(formulas)], formulas)
    written = Path(path or str(files("boldwise.jobs").joinpath("rates.yaml")))
    text = yaml.safe_dump(
        {"jobs": len(samples), "rules": rates}, default_flow_style=None, width=200
    )
    with new_file(written) as temporary:
        temporary.write_text(HEADER + text, "utf-8")
    return written


def compare_with_runs(
    forecasts: Sequence[Forecast], samples: Sequence[Sample]
) -> list[tuple[str, float, float]]:
    """Set what was predicted beside what a finished study took.

    Parameters
    ----------
    forecasts : sequence of Forecast
    samples : sequence of Sample

    Returns
    -------
    rows : list of (rule, seconds, bytes)
        As measured, in the order of the forecasts; the last row is the total.
    """
    rows = []
    for one in forecasts:
        own = [s for s in samples if s.key.partition(":")[0] == one.rule]
        rows.append(
            (one.rule, sum(s.seconds for s in own), sum(s.bytes or 0 for s in own))
        )
    return [*rows, ("total", sum(r[1] for r in rows), sum(r[2] for r in rows))]


def print_plan(
    forecasts: Sequence[Forecast],
    sizes: Sizes,
    *,
    measured: Sequence[Sample] | None = None,
    console: Console | None = None,
) -> None:
    """Print a table of rules, and their sum.

    Parameters
    ----------
    forecasts : sequence of Forecast
    sizes : Sizes
    measured : sequence of Sample, optional
        What the same study took, to stand beside it.
    console : rich.console.Console, optional
        Where to print; default: standard output.
    """
    console = console or Console(highlight=False)
    told = ", ".join(f"{n:,} {name}" for name, n in as_plain(sizes).items() if n > 1)
    console.print(Text(f"Sizes: {told}"))
    beside = compare_with_runs(forecasts, measured) if measured else None
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rule", no_wrap=True)
    heads = ["jobs", "cores", "GPU", "peak MB", "asked MB", "disk"]
    for head in [*heads, *(["measured", "its disk"] if beside else [])]:
        table.add_column(head, justify="right")
    for row, one in enumerate([*forecasts, add_up(forecasts)]):
        cells = [
            *(one.rule, f"{one.n_jobs:,.0f}", _time(one.seconds)),
            *(
                _time(one.gpu_seconds) if one.gpu_seconds else "",
                f"{one.memory_mb:,.0f}",
            ),
            *(f"{one.asked_mb:,.0f}", _size(one.bytes)),
        ]
        if beside:
            cells += [_time(beside[row][1]), _size(beside[row][2])]
        table.add_row(*cells, style="bold" if one.rule == "total" else None)
    console.print(table)
    total = add_up(forecasts)
    console.print(
        f"{total.seconds / 3600:,.3g} core-hours, {total.gpu_seconds / 3600:,.3g} "
        f"GPU-hours, {_size(total.bytes)}. Times are of one core of the machine that "
        "the rates were measured on; those of a GPU, too: the most that it may take.",
        soft_wrap=True,
    )


def as_json(
    forecasts: Sequence[Forecast],
    sizes: Sizes,
    *,
    measured: Sequence[Sample] | None = None,
) -> str:
    """Write a plan for a program.

    Parameters
    ----------
    forecasts : sequence of Forecast
    sizes : Sizes
    measured : sequence of Sample, optional

    Returns
    -------
    text : str
    """
    record: dict[str, Any] = {
        "sizes": as_plain(sizes),
        "rules": [asdict(one) for one in forecasts],
        "total": asdict(add_up(forecasts)),
    }
    if measured:
        names = ("rule", "seconds", "bytes")
        rows = compare_with_runs(forecasts, measured)
        record["measured"] = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(record, indent=1)


def disk_needed(place: Place, given: Mapping[str, int | None]) -> float:
    """Predict the bytes that a study writes.

    Parameters
    ----------
    place : Place
    given : mapping of size to int or None

    Returns
    -------
    n_bytes : float
    """
    return add_up(plan_study(place, given)[0]).bytes


def _time(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for unit, length in {"h": 3600, "min": 60}.items():
        if seconds >= 2 * length:
            return f"{seconds / length:,.{0 if seconds >= 100 * length else 1}f} {unit}"
    return f"{seconds:.3g} s"


def _size(n_bytes: float) -> str:
    power = min(4, max(1, int(log10(max(n_bytes, 1)) // 3)))
    return f"{n_bytes / 1000**power:.3g} {('kB', 'MB', 'GB', 'TB')[power - 1]}"

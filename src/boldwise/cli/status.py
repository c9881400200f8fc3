"""How far a study is, as tables for a reader and as JSON for a program."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boldwise.jobs.listing import Place, list_both
from boldwise.jobs.states import (
    STATES,
    JobState,
    count_states,
    find_states,
    read_stages,
)
from boldwise.jobs.traces import read_traces

WIDTH = 24  # letters of a bar
COLOURS = {
    "done": "green",
    "stale": "yellow",
    "running": "cyan",
    "interrupted": "magenta",
    "failed": "red",
    "blocked": "bright_black",
    "missing": "bright_black",
}
LETTERS = {"done": "█", "stale": "▒", "running": "▶", "interrupted": "!", "failed": "✗"}
FOLLOWS = "follows"  # kind of those that run only because others do
SHOWN = 12  # jobs of one kind that are listed one by one


def look_at(place: Place) -> list[JobState]:
    """Find the state of every job of a study.

    Parameters
    ----------
    place : Place

    Returns
    -------
    states : list of JobState
    """
    stages = read_stages(place.snakefile) if place.snakefile.is_file() else {}
    outputs, pending = list_both(place)
    traces = read_traces(place.folder)
    states = find_states(outputs, pending, traces, stages=stages, folder=place.folder)
    order = {name: row for row, name in enumerate(dict.fromkeys(stages.values()))}
    return sorted(states, key=lambda one: order.get(one.stage, len(order)))


def print_status(
    states: Sequence[JobState], *, console: Console | None = None, every: bool = False
) -> None:
    """Print a bar for each stage and subject, then what is not done and why.

    Parameters
    ----------
    states : sequence of JobState
    console : rich.console.Console, optional
        Where to print; default: standard output.
    every : bool
        List every job that is not done, however many.
    """
    console = console or Console(highlight=False)
    total = Counter(one.state for one in states)
    told = ", ".join(f"{total[state]} {state}" for state in STATES if total[state])
    console.print(Text(f"{len(states)} jobs: {told}"))
    _print_bars(console, "stage", count_states(states, "stage"))
    subjects = dict(sorted(count_states(states, "subject").items()))
    _print_bars(console, "subject", subjects)
    shown = len(states) if every else SHOWN
    for state in ("failed", "interrupted", "running"):
        _print_jobs(console, [one for one in states if one.state == state], shown)
    _print_reasons(console, states)


def as_json(states: Sequence[JobState]) -> str:
    """Write all of it for a program.

    Parameters
    ----------
    states : sequence of JobState

    Returns
    -------
    text : str
        Counts in all, by stage and by subject, and every job.
    """
    record = {
        "counts": Counter(one.state for one in states),
        "stages": count_states(states, "stage"),
        "subjects": count_states(states, "subject"),
        "jobs": [one.as_record() for one in states],
    }
    return json.dumps(record, indent=1)


def _print_bars(
    console: Console, title: str, counts: Mapping[str, Mapping[str, int]]
) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(title, no_wrap=True)
    table.add_column("")
    table.add_column("done", justify="right", no_wrap=True)
    table.add_column("the others")
    for name, by_state in counts.items():
        n_jobs = sum(by_state.values())
        others = [f"{by_state[s]} {s}" for s in STATES[1:] if by_state.get(s)]
        done = f"{by_state.get('done', 0)}/{n_jobs}"
        table.add_row(Text(name), _bar(by_state), done, Text(", ".join(others)))
    console.print()
    console.print(table)


def _bar(counts: Mapping[str, int]) -> Text:
    """Draw shares; each state that occurs gets one letter at least."""
    total, text = sum(counts.values()), Text()
    known = [state for state in STATES if counts.get(state)]
    widths = {s: max(1, round(WIDTH * counts[s] / total)) for s in known}
    largest = max(known, key=lambda state: widths[state])
    widths[largest] += WIDTH - sum(widths.values())
    for state in known:
        text.append(LETTERS.get(state, "·") * widths[state], COLOURS[state])
    return text


def _print_jobs(console: Console, jobs: Sequence[JobState], shown: int) -> None:
    for one in jobs[:shown]:
        head = Text(f"\n{one.state} ", COLOURS[one.state])
        head.append(f"{one.rule}: {one.outputs[0]}", "default")
        console.print(head, soft_wrap=True)
        for line in one.last_lines:
            console.print(Text(f"    {line}"), soft_wrap=True)
        if one.log:
            console.print(Text(f"    log: {one.log}"), soft_wrap=True)
    if len(jobs) > shown:
        console.print(Text(f"\n… and {len(jobs) - shown} more {jobs[0].state}; --all"))


def _print_reasons(console: Console, states: Sequence[JobState]) -> None:
    """Say why the others would run, those of one rule and reason together."""
    for state in ("stale", "blocked", "missing"):
        found = [one for one in states if one.state == state]
        own = [one for one in found if one.kind != FOLLOWS]
        if not found:
            continue
        console.print(Text(f"\n{state}", COLOURS[state]))
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        for (rule, why), n_jobs in Counter((one.rule, one.why) for one in own).items():
            table.add_row(Text(f"  {rule}"), Text(f"{n_jobs} ×"), Text(why))
        if table.row_count:
            console.print(table)
        if len(own) < len(found):
            n_rules = len({one.rule for one in found if one.kind == FOLLOWS})
            told = (
                f"  {len(found) - len(own)} jobs of {n_rules} rules follow from these"
            )
            console.print(Text(told))

"""Which trials train and which test: runs by trials, a panel for each subject."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from boldwise.evaluation.splits import TEST, UNUSED, Split
from boldwise.features.records import find_rows
from boldwise.reporting.style import (
    PALE,
    PALETTE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)
from boldwise.responses.records import Trials

MAX_SUBJECTS = 6
NOTHING, TRAINS, TESTS, LEFT_OUT = -1, 0, 1, 2
COLOURS = ("white", PALE, PALETTE[0], PALETTE[4])


@house_style()
def draw_split_layout(split: Split, seen: Mapping[str, Trials]) -> Figure:
    """Draw runs as rows and trials as columns, the test trials marked.

    With several outer folds, the first one is drawn.

    Parameters
    ----------
    split : Split
    seen : mapping of subject to Trials
        The first few subjects are drawn.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(seen.items())[:MAX_SUBJECTS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=3)
    layouts = {name: layout_of(split, trials) for name, trials in shown.items()}
    height = 0.9 + 0.11 * max(len(layout) for layout in layouts.values())
    figure = new_figure(WHOLE, n_rows * min(max(height, 1.6), 3.2) + 0.3)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis, (name, layout) in zip(axes, layouts.items(), strict=False):
        _draw_layout(axis, layout, name)
    hide_unused(axes, n_used=len(shown))
    keys = [Patch(facecolor=colour) for colour in COLOURS[1:]]
    figure.legend(
        keys, ["training", "test", "left out"], loc="outside upper center", ncols=3
    )
    fold = (
        f", fold {split.fold_name[0]} of {split.n_folds}" if split.n_folds > 1 else ""
    )
    return describe(
        figure,
        f"Runs by trials of {len(shown)} subjects, split {split.name}{fold}: "
        f"{len(split.test_ids(0))} test and {len(split.train_ids(0))} training "
        "stimuli.",
    )


def layout_of(split: Split, trials: Trials) -> np.ndarray:
    """Part of each trial, runs as rows and trials in the order of their onsets.

    Parameters
    ----------
    split : Split
    trials : Trials

    Returns
    -------
    layout : array of int8, shape (n_runs, longest run)
        -1 beyond the end of a run; 1 for a trial of a test stimulus of the first
        fold, 2 for one that it leaves out, else 0.
    """
    part = split.part[0, find_rows(split.stimulus_id, trials.stimulus_id, what="split")]
    keys = np.array(
        [f"{s}\0{r}" for s, r in zip(trials.session, trials.run, strict=True)]
    )
    runs, row = np.unique(keys, return_inverse=True)
    layout = np.full((len(runs), np.bincount(row).max()), NOTHING, np.int8)
    for k in range(len(runs)):
        members = np.flatnonzero(row == k)
        members = members[np.argsort(trials.onset_s[members], kind="stable")]
        kinds = [part[members] == TEST, part[members] == UNUSED]
        layout[k, : len(members)] = np.select(kinds, [TESTS, LEFT_OUT], TRAINS)
    return layout


def _draw_layout(axis: Axes, layout: np.ndarray, subject: str) -> None:
    axis.imshow(
        layout,
        cmap=ListedColormap(COLOURS),
        vmin=NOTHING,
        vmax=LEFT_OUT,
        aspect="auto",
        interpolation="nearest",
    )
    axis.set_title(f"sub-{subject}")
    axis.set_xlabel("trial or volume in the run")
    axis.set_ylabel("run")
    ends = {0: "first", len(layout) - 1: "last"} if len(layout) > 1 else {0: "only"}
    axis.set_yticks(list(ends), list(ends.values()))

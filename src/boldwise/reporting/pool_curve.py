"""How identification falls as more candidates compete."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    HALF,
    colours_of,
    describe,
    house_style,
    new_figure,
    plain_numbers,
)

Curve = tuple[np.ndarray, np.ndarray]


@house_style()
def draw_pool_curves(curves: Mapping[str, Mapping[str, Curve]]) -> Figure:
    """Draw the share of stimuli found first among so many candidates.

    Parameters
    ----------
    curves : mapping of decoder to mapping of subject to pair of arrays (n_sizes,)
        Pool sizes, and the expected share found. A thin line for each subject, and
        a thick one for their mean where all have the same sizes.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(HALF, 3.4)
    axis = figure.subplots()
    colours = colours_of(curves)
    said = []
    for name, by_subject in curves.items():
        for size, share in by_subject.values():
            axis.plot(size, share, color=colours[name], linewidth=0.6, alpha=0.6)
        size, mean = mean_curve(by_subject)
        axis.plot(size, mean, "o-", color=colours[name], markersize=3.5, label=name)
        if len(size):
            said.append(f"{name} {mean[-1]:.0%} of {size[-1]:g}")
    largest = max(
        (c[0].max() for by in curves.values() for c in by.values()), default=2
    )
    line = np.geomspace(2, max(largest, 2), 50)
    axis.plot(line, 1 / line, color=DARK, linestyle="--", label="chance")
    axis.set_xscale("log")
    sizes = {
        n for by in curves.values() for size, _ in by.values() for n in size.tolist()
    }
    axis.set_xticks(sorted(sizes | {2}), minor=False)
    plain_numbers(axis.xaxis)
    axis.set_ylim(0, 1.02)
    axis.set_xlabel("candidates")
    axis.set_ylabel("found first (share)")
    axis.legend()
    return describe(
        figure,
        "Share of test stimuli found first, over the number of candidates; at the "
        f"largest pool: {'; '.join(said)}.",
    )


def mean_curve(by_subject: Mapping[str, Curve]) -> Curve:
    """Average the curves of subjects over the pool sizes that all of them have.

    Parameters
    ----------
    by_subject : mapping of subject to pair of arrays of shape (n_sizes,)

    Returns
    -------
    size, share : array of shape (n_common,)
    """
    common = sorted(
        set.intersection(*(set(size.tolist()) for size, _ in by_subject.values()))
    )
    shares = [
        [dict(zip(size.tolist(), share.tolist(), strict=True))[n] for n in common]
        for size, share in by_subject.values()
    ]
    return np.array(common), np.mean(shares, axis=0)

"""How scores grow with the number of images, beside ridge on the same images."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.evaluation.paired_subjects import PairedDifference, compare_subjects
from boldwise.reporting.headline import as_number
from boldwise.reporting.style import (
    DARK,
    WHOLE,
    colours_of,
    describe,
    house_style,
    new_figure,
    plain_numbers,
)

ALL = "all"
TITLES = {
    "new_subjects": "a new subject, after the others",
    "training_sizes": "trained on fewer images",
}
DASHES = ("--", ":", "-.")
Look = dict[str, Any]
BySubject = Mapping[str, Mapping[int, float]]
"""Score by subject and number of images."""


@dataclass(frozen=True)
class LearningCurve:
    """Scores of an encoder and of ridges on the same images, over all voxels.

    Attributes
    ----------
    curve : str
        ``"new_subjects"`` or ``"training_sizes"``.
    encoder : str
    scores : mapping of model to mapping of subject to mapping of int to float
        Medians over voxels; the encoder is one of the models.
    normalised : bool
        Scores are in units of the ceiling; otherwise plain correlations.
    """

    curve: str
    encoder: str
    scores: Mapping[str, BySubject]
    normalised: bool

    @property
    def ridges(self) -> list[str]:
        """Models beside the encoder."""
        return [name for name in self.scores if name != self.encoder]

    def mean(self, model: str) -> dict[int, float]:
        """Mean over the subjects that have a score, by number of images."""
        found: dict[int, list[float]] = {}
        for own in self.scores[model].values():
            for n, score in own.items():
                found.setdefault(n, []).append(score)
        return {n: float(np.mean(found[n])) for n in sorted(found)}

    def ahead(self, ridge: str) -> dict[int, PairedDifference]:
        """Subtract a ridge from the encoder, over subjects, by number of images."""
        told = {}
        for n in self.mean(self.encoder):
            both = [
                (ours[n], self.scores[ridge][subject][n])
                for subject, ours in self.scores[self.encoder].items()
                if n in ours and n in self.scores[ridge].get(subject, {})
            ]
            if both:
                told[n] = compare_subjects(*zip(*both, strict=True))
        return told


def curves_of_rows(
    rows: Sequence[Mapping[str, str]], *, roi: str = ALL
) -> list[LearningCurve]:
    """Sort the rows of the table of curves by encoder.

    Parameters
    ----------
    rows : sequence of mapping
        ``curve``, ``encoder``, ``model``, ``subject``, ``roi``, ``n_images``, ``r``,
        ``normalised_r``.
    roi : str

    Returns
    -------
    curves : list of LearningCurve
        In units of the ceiling where any ceiling is known.
    """
    inside = [row for row in rows if row["roi"] == roi]
    normalised = any(np.isfinite(as_number(row["normalised_r"])) for row in inside)
    metric = "normalised_r" if normalised else "r"
    found: dict[tuple[str, str], dict[str, dict[str, dict[int, float]]]] = {}
    for row in inside:
        score = as_number(row[metric])
        if np.isfinite(score):
            models = found.setdefault((row["curve"], row["encoder"]), {})
            by_subject = models.setdefault(row["model"], {})
            by_subject.setdefault(row["subject"], {})[int(row["n_images"])] = score
    return [
        LearningCurve(curve, encoder, scores, normalised)
        for (curve, encoder), scores in found.items()
        if encoder in scores
    ]


@house_style()
def draw_learning_curves(curves: Sequence[LearningCurve]) -> Figure:
    """Draw scores over the number of images, and how far the encoders are ahead.

    Parameters
    ----------
    curves : sequence of LearningCurve
        A row of panels for new subjects, one for training on fewer images.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    kinds = [kind for kind in TITLES if any(one.curve == kind for one in curves)]
    figure = new_figure(WHOLE, 3.3 * max(len(kinds), 1) + 0.2)
    axes = figure.subplots(max(len(kinds), 1), 2, squeeze=False)
    said = []
    for (left, right), kind in zip(axes, kinds, strict=False):
        own = [one for one in curves if one.curve == kind]
        _draw_scores(left, own)
        _draw_ahead(right, own)
        left.set_title(TITLES[kind])
        right.set_title("encoder less ridge, paired over subjects")
        for axis in (left, right):
            _scale_images(axis, own)
        said += [f"{TITLES[kind]}: {text}" for one in own for text in _tell(one)]
    return describe(
        figure,
        "Scores by number of training images, beside ridge on the same images. "
        f"{'; '.join(said) or 'No score is known'}.",
    )


def _draw_scores(axis: Axes, curves: Sequence[LearningCurve]) -> None:
    models = dict.fromkeys(one.encoder for one in curves)
    models |= dict.fromkeys(name for one in curves for name in one.ridges)
    colours, dashes, drawn = colours_of(models), cycle(DASHES), set()
    for one in curves:
        for model in [one.encoder, *one.ridges]:
            if model in drawn:
                continue  # a ridge that stands beside two encoders
            drawn.add(model)
            solid = model == one.encoder
            look: Look = {
                "color": colours[model],
                "linestyle": "-" if solid else next(dashes),
            }
            for own in one.scores[model].values():
                axis.plot(*_line(own), linewidth=0.6, alpha=0.4, **look)
            label = model if solid else f"{model} (ridge)"
            axis.plot(*_line(one.mean(model)), "o", markersize=4, label=label, **look)
    axis.set_ylabel("r in units of the ceiling" if curves[0].normalised else "r")
    axis.legend()


def _draw_ahead(axis: Axes, curves: Sequence[LearningCurve]) -> None:
    axis.axhline(0, color=DARK, linewidth=0.8)
    colours, reach = colours_of(one.encoder for one in curves), [0.0]
    for number, (one, ridge) in enumerate(_pairs(curves)):
        ahead = one.ahead(ridge)
        n, mean = _line({n: told.mean for n, told in ahead.items()})
        low, high = (
            np.array([getattr(told, end) for told in ahead.values()])
            for end in ("low", "high")
        )
        shifted = n * 1.03**number  # so that intervals do not hide one another
        look: Look = {
            "color": colours[one.encoder],
            "linestyle": ("-", *DASHES)[number % 4],
        }
        label = f"{one.encoder} − {ridge}"
        axis.plot(shifted, mean, marker="o", markersize=4, label=label, **look)
        known = np.isfinite(low)
        axis.vlines(shifted[known], low[known], high[known], color=look["color"], lw=1)
        for subject, ours in one.scores[one.encoder].items():
            theirs = one.scores[ridge].get(subject, {})
            each = {n: ours[n] - theirs[n] for n in ours if n in theirs}
            place, value = _line(each)
            options: Look = {"markersize": 2, "color": look["color"], "alpha": 0.5}
            axis.plot(place * 1.03**number, value, "o", **options)
            reach += value.tolist()
    room = 0.25 * max(max(reach) - min(reach), 0.05)
    axis.set_ylim(min(reach) - room, max(reach) + room)
    axis.set_ylabel("difference")
    if any(one.ridges for one in curves):
        axis.legend()


def _pairs(curves: Sequence[LearningCurve]) -> Iterator[tuple[LearningCurve, str]]:
    for one in curves:
        for ridge in one.ridges:
            yield one, ridge


def _line(values: Mapping[int, float]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of images, ascending, and what stands there: two arrays (n_numbers,)."""
    numbers = sorted(values)
    return np.array(numbers, float), np.array([values[n] for n in numbers], float)


def _scale_images(axis: Axes, curves: Sequence[LearningCurve]) -> None:
    axis.set_xscale("log")
    numbers = sorted({n for one in curves for n in one.mean(one.encoder)})
    axis.set_xticks(numbers, minor=False)
    axis.set_xticks([], minor=True)
    plain_numbers(axis.xaxis)
    axis.set_xlabel("training images of the subject")


def _tell(one: LearningCurve) -> Iterator[str]:
    for ridge in one.ridges:
        said = [f"{told.mean:+.2f} at {n}" for n, told in one.ahead(ridge).items()]
        yield f"{one.encoder} less {ridge} {', '.join(said)}"
    if not one.ridges:
        said = [f"{score:.2f} at {n}" for n, score in one.mean(one.encoder).items()]
        yield f"{one.encoder} {', '.join(said)}, no ridge beside it"

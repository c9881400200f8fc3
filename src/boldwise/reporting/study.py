"""All that the report says, as records: what was run, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boldwise.evaluation.false_pass import Showings
from boldwise.evaluation.splits import Split
from boldwise.reporting.quality import QualityFacts
from boldwise.reporting.scores_table import ScoreTable

Medians = Mapping[str, float]
"""One number by region."""
TableRow = Mapping[str, str]
"""One row of a table as it was written: text by column."""


@dataclass(frozen=True)
class SubjectFacts:
    """What was measured in one subject.

    Attributes
    ----------
    n_trials, n_stimuli, n_runs, n_voxels : int
        ``n_trials`` counts volumes for continuous responses.
    kind, unit, space : str
    has_affine : bool
        Whether the place of the voxels in mm is known.
    regions : mapping of roi to int
        Voxels in each region.
    notes : mapping
        How the responses came about.
    """

    n_trials: int
    n_stimuli: int
    n_runs: int
    n_voxels: int
    kind: str
    unit: str
    space: str
    has_affine: bool
    regions: Mapping[str, int]
    notes: Mapping[str, Any]


@dataclass(frozen=True)
class CeilingFacts:
    """Noise ceilings of one subject under one split.

    Attributes
    ----------
    formula : str
        How they were estimated, in words.
    medians, null_medians : mapping of roi to float
        Over voxels; the latter after shuffling trials.
    neighbour_correlation : float
        Of responses with those one trial later; median over voxels.
    method : str
        As in the config.
    standard_error : float
        Of the ceiling of one voxel; median over voxels.
    null : array of shape (n_voxels,)
        Ceilings after shuffling trials.
    showings : Showings or None
        What the ceilings were estimated from.
    """

    formula: str
    medians: Medians
    null_medians: Medians
    neighbour_correlation: float
    method: str = ""
    standard_error: float = float("nan")
    null: np.ndarray = field(default_factory=lambda: np.empty(0))
    showings: Showings | None = None


@dataclass(frozen=True)
class SplitResults:
    """What came out under one split.

    Attributes
    ----------
    split : Split
    audit : mapping
        Counts from ``audit_split``.
    ceilings : mapping of subject to CeilingFacts
    scores : ScoreTable
    comparisons, identification : sequence of rows
        Of the tables of the same names.
    shuffled : mapping of (model, roi) to (mean, low, high)
        Encoders refitted on shuffled responses; the middle 95 %.
    category_check : sequence of rows
        What each feature space knows about categories, without a brain.
    training : sequence of rows
        Epochs and weights of trained encoders, and of the ridges beside them.
    curves : sequence of rows
        Scores of trained encoders by number of images, and of the ridges beside.
    adaptation : sequence of rows
        Scores of new subjects by decoders of the others, with few trials.
    galleries : sequence of rows
        How like the nearest training stimuli are to what was seen.
    ablations : sequence of rows
        What regions are worth to decoders.
    controls : mapping of control to encoder
        Empty where a control is one of all encoders.
    """

    split: Split
    audit: Mapping[str, Any]
    ceilings: Mapping[str, CeilingFacts]
    scores: ScoreTable = field(default_factory=dict)
    comparisons: Sequence[TableRow] = ()
    identification: Sequence[TableRow] = ()
    shuffled: Mapping[tuple[str, str], tuple[float, float, float]] = field(
        default_factory=dict
    )
    category_check: Sequence[TableRow] = ()
    training: Sequence[TableRow] = ()
    curves: Sequence[TableRow] = ()
    adaptation: Sequence[TableRow] = ()
    galleries: Sequence[TableRow] = ()
    ablations: Sequence[TableRow] = ()
    controls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyFigure:
    """A saved figure, or an interactive view, and what it belongs to.

    Attributes
    ----------
    name : str
        For example ``"accuracy_map"``; its caption has the same name.
    split, subject : str
        Empty where it belongs to none.
    path : str
        Where the file lies, below the folder of the results.
    mime : str
        ``"text/html"`` for an interactive view.
    data : bytes
    description : str
        What it shows, for those who cannot see it.
    width_in : float
        Width that it was drawn for, in inches; 0 if unknown.
    """

    name: str
    split: str
    subject: str
    path: str
    mime: str
    data: bytes
    description: str = ""
    width_in: float = 0.0


@dataclass(frozen=True)
class Study:
    """One run of the workflow.

    Attributes
    ----------
    n_stimuli : int
    stimulus_columns : sequence of str
        What is known about them: ``image``, ``caption``, …
    subjects : mapping of subject to SubjectFacts
    splits : mapping of name to SplitResults
    recovery : sequence of rows
        Findings about the simulated truth; empty for real data.
    figures : sequence of StudyFigure
    captions : mapping of name to str
        reStructuredText of each kind of figure.
    code : mapping of rule to str
        Hash of the code that made its files.
    tiny_clip : mapping or None
        Recipe of the shipped model, where the study uses it.
    quality : mapping of subject to QualityFacts
    """

    n_stimuli: int
    stimulus_columns: Sequence[str]
    subjects: Mapping[str, SubjectFacts]
    splits: Mapping[str, SplitResults]
    recovery: Sequence[TableRow] = ()
    figures: Sequence[StudyFigure] = ()
    captions: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    tiny_clip: Mapping[str, Any] | None = None
    quality: Mapping[str, QualityFacts] = field(default_factory=dict)

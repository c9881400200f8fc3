"""Nulls, intervals, noise ceilings and controls."""

from typing import Literal

from pydantic import Field

from boldwise.settings.base import Name, Options
from boldwise.settings.gallery import GalleryOptions


class EvaluationOptions(Options):
    """Nulls, intervals and controls."""

    n_permutations: int = Field(
        1000, ge=19, description="Draws of the null; p is never below 1 / (1 + draws)."
    )
    null_method: Literal[
        "auto",
        "shuffle",
        "circular_shift",
        "block_permutation",
        "phase_randomisation",
    ] = Field(
        "auto",
        description="What the null does to the responses: `shuffle` trials; keep the "
        "autocorrelation of time series, run by run, by turning them round, moving "
        "blocks of 30 volumes, or drawing the phases of their spectrum. `auto`: the "
        "first for trials, the last for time series. Shuffling volumes is refused.",
    )
    n_bootstraps: int = Field(
        1000,
        ge=20,
        description="Draws of the intervals: stimuli and subjects, never voxels.",
    )
    q: float = Field(0.05, gt=0, lt=1, description="False discovery rate.")
    min_ceiling: float = Field(
        0.1,
        gt=0,
        lt=1,
        description="Scores are normalised where the ceiling is at least this; below, "
        "the division would amplify noise.",
    )
    ceiling: Literal[
        "repeats",
        "anova",
        "signal_power",
        "explainable_variance",
        "split_half",
        "inter_subject",
        "none",
    ] = Field(
        "repeats",
        description="How the noise ceiling is estimated: `repeats` (Natural Scenes "
        "Dataset, rectified), `anova` and `signal_power` (squared CCmax; unbiased "
        "around 0), `explainable_variance` and `split_half` (correlation of repeats, "
        "stepped up by Spearman and Brown), `inter_subject` without repeats.",
    )
    shuffled: list[Name] = Field(
        [], description="Encoders to refit on shuffled responses; empty: all."
    )
    n_shuffles: int = Field(50, ge=1, description="Refits on shuffled responses.")
    low_level_control: bool = Field(
        True,
        description="Add a low-level encoder where images are and none is; for time "
        "series, one of the position in the run and, with a transcript, word rate.",
    )
    category_check: bool = Field(
        False,
        description="Decode the category of stimuli from each feature space, without "
        "a brain, by linear discriminants: what the features know. Every stimulus "
        "needs one category.",
    )
    gallery: GalleryOptions | None = Field(
        None,
        description="Show, caption and score the nearest training stimulus of each "
        "decoded one; absent: do not.",
    )
    seed: int = Field(0, ge=0, description="Seed of nulls and intervals.")

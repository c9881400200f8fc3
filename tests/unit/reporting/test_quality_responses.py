"""Responses drawn: all trials, the edges of runs, reliability beside its null."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_quality import tiny_betas, tiny_quality

from boldwise.evaluation.reliability import Reliability
from boldwise.reporting.quality_responses import N_BINS, draw_responses
from boldwise.responses.records import Trials

N_TRIALS = 36


def with_runs(quality, session, run):
    """Exchange the sessions and runs of the trials."""
    trials = replace(quality.trials, session=np.array(session), run=np.array(run))
    return replace(quality, trials=trials)


def edges_of(figure):
    """Places of the upright lines in the carpet."""
    return [
        line.get_xdata()[0]
        for line in figure.axes[0].lines
        if line.get_xdata()[0] == line.get_xdata()[1]
    ]


def with_ceilings(quality, measured, null):
    """Exchange what is known of reliability."""
    showings = quality.reliability.showings
    return replace(quality, reliability=Reliability(measured, null, showings))


def test_lines_stand_where_the_run_changes():
    assert edges_of(draw_responses(tiny_betas())) == [11.5, 23.5]


def test_sessions_of_one_run_each_are_told_apart():
    session = np.repeat(["1", "2", "3", "4"], 9)
    quality = with_runs(tiny_betas(), session, ["01"] * N_TRIALS)

    assert edges_of(draw_responses(quality)) == [8.5, 17.5, 26.5]


def test_a_single_run_has_no_lines():
    quality = with_runs(tiny_betas(), ["1"] * N_TRIALS, ["01"] * N_TRIALS)

    assert edges_of(draw_responses(quality)) == []


@pytest.mark.parametrize(
    ("kind", "unit", "said"),
    [("trials", "percent", "trial, in order"), ("continuous", "z", "volume, in order")],
)
def test_columns_are_named_by_kind_with_the_unit(kind, unit, said):
    quality = replace(tiny_betas(), kind=kind, unit=unit)

    label = draw_responses(quality).axes[0].get_xlabel()

    assert label.startswith(said)
    assert label.endswith(f", {unit})")


def test_grey_reaches_as_far_as_most_responses_and_says_so():
    quality = tiny_betas()
    outlier = quality.carpet.copy()
    outlier[0, 0] = 1e6

    axis = draw_responses(replace(quality, carpet=outlier)).axes[0]

    low, high = axis.images[0].get_clim()
    assert high == -low == pytest.approx(np.percentile(np.abs(outlier), 97))
    assert f"±{high:.2g}" in axis.get_xlabel()


def test_rows_are_ordered_and_none_is_lost_and_the_carpet_stays():
    quality = tiny_betas()
    before = quality.carpet.copy()

    shown = np.asarray(draw_responses(quality).axes[0].images[0].get_array())

    assert sorted(map(tuple, shown)) == sorted(map(tuple, before))
    assert not np.array_equal(shown, before)
    np.testing.assert_array_equal(quality.carpet, before)


def test_responses_of_nothing_but_nan_are_drawn_on_a_scale_of_one():
    quality = tiny_betas(repeats=False)

    axis = draw_responses(
        replace(quality, carpet=np.full_like(quality.carpet, np.nan))
    ).axes[0]

    assert axis.images[0].get_clim() == (-1, 1)


def test_every_known_voxel_is_counted_once_in_both_histograms():
    quality = tiny_betas()
    measured = np.linspace(0, 1, len(quality.voxels))
    measured[:3] = np.nan

    axis = draw_responses(with_ceilings(quality, measured, np.zeros(40))).axes[1]

    bars = [patch.get_height() for patch in axis.patches[:N_BINS]]
    assert sum(bars) == 37
    assert axis.patches[N_BINS].get_xy()[:, 1].max() == 40
    assert [text.get_text() for text in axis.get_legend().get_texts()] == [
        *("measured", "shuffled"),
    ]


def test_medians_leave_out_what_is_unknown():
    quality = tiny_betas()
    measured, null = np.full(40, 0.4), np.full(40, 0.1)
    measured[0] = null[0] = np.nan

    label = draw_responses(with_ceilings(quality, measured, null)).get_label()

    assert "12 repeated stimuli 0.40, of shuffled trials 0.10" in label


def test_ceilings_that_are_all_unknown_are_told_as_unknown():
    quality, unknown = tiny_quality(), np.full(120, np.nan)

    figure = draw_responses(with_ceilings(quality, unknown, unknown))

    assert "repeated stimuli –, of shuffled trials –" in figure.get_label()


def test_only_voxels_with_a_place_have_a_map_of_their_ceilings():
    assert len(draw_responses(tiny_betas()).axes) == 2
    placed = draw_responses(tiny_quality()).axes
    # Carpet, histogram; four slices and their scale.
    assert len(placed) == 2 + 4 + 1
    assert placed[-1].get_title("left") == "noise ceiling"


def test_the_map_reaches_to_a_tenth_where_nothing_repeats():
    quality = tiny_quality()

    figure = draw_responses(with_ceilings(quality, np.zeros(120), np.zeros(120)))

    assert figure.axes[2].images[-1].get_clim() == (0, 0.1)


def test_the_description_counts_voxels_and_rows():
    quality = tiny_betas(repeats=False)
    short = Trials(
        **{name: column[:5] for name, column in vars(quality.trials).items()}
    )
    cut = replace(quality, trials=short, carpet=quality.carpet[:, :5])

    assert (
        draw_responses(cut).get_label().startswith("Responses of 40 voxels in 5 rows")
    )

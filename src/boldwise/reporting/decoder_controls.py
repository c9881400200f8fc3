"""Tables of what decoders reach without a brain, and by naming their training set."""

from boldwise.evaluation.decoder_controls import CONTROLS
from boldwise.reporting.blocks import NO_NUMBER, Table, show_number, show_p
from boldwise.reporting.headline import METRIC_NAMES, as_number, interval_of
from boldwise.reporting.scores_table import ALL
from boldwise.reporting.study import SplitResults, TableRow

CONTROL_NAMES = {
    "noise_input": "noise",
    "mean_brain": "mean brain",
    "shuffled_brain": "shuffled brain",
    "nearest_training": "nearest training stimulus",
}
MEASURES = ("top1", "two_way")

Rows = dict[tuple[str, str, str], TableRow]


def control_tables(results: SplitResults, *, subjects: tuple[str, ...]) -> list[Table]:
    """Put each decoder beside its controls.

    Parameters
    ----------
    results : SplitResults
    subjects : tuple of str
        Whose rows; ``all`` alone: the mean over subjects.

    Returns
    -------
    tables : list of Table
        Empty if no decoder has controls.
    """
    found = {
        (row["subject"], row["decoder"], row["metric"]): row
        for row in results.identification
        if row["subject"] in subjects
    }
    together = subjects == (ALL,)
    tables = []
    rows = _control_rows(found)
    if rows:
        tables.append(_control_table(rows, together=together))
    trends = _trend_rows(found)
    if trends:
        tables.append(_trend_table(trends))
    return tables


def _control_rows(found: Rows) -> list[tuple[str, ...]]:
    rows = []
    for (subject, decoder, metric), row in found.items():
        own = [found.get((subject, decoder, f"{metric}_{name}")) for name in CONTROLS]
        if metric in MEASURES and any(own):
            cells = (NO_NUMBER if one is None else interval_of(one) for one in own)
            chance = f"{show_number(100 * as_number(row['chance']), digits=1)} %"
            name = METRIC_NAMES[metric]
            rows.append(
                (f"sub-{subject}", decoder, name, interval_of(row), *cells, chance)
            )
    return rows


def _control_table(rows: list[tuple[str, ...]], *, together: bool) -> Table:
    columns = (
        *("decoder", "measure", "of the brain [95 %]"),
        *(CONTROL_NAMES[name] for name in CONTROLS),
        "chance",
    )
    return Table(
        columns if together else ("subject", *columns),
        [row[1:] for row in rows] if together else rows,
        title="Controls" if together else "Controls, subject by subject",
        note="Noise: decoded from Gaussian noise of each voxel's mean and width. Mean "
        "brain: from the mean training response. Shuffled brain: from the response to "
        "another stimulus. Brackets: the middle 95 % of the draws. Expect chance in "
        "all three; anything else is an error of the scoring or an advantage that the "
        "decoder owes to the stimuli. Nearest training stimulus: each decoded "
        "pattern replaced by the training pattern that it is most like; a decoder "
        "that is no better only names what it was trained on.",
        folded=not together,
    )


def _trend_rows(found: Rows) -> list[tuple[str, ...]]:
    return [
        (
            f"sub-{subject}",
            decoder,
            show_number(as_number(row["value"]), digits=2),
            show_p(as_number(row["p"])),
        )
        for (subject, decoder, metric), row in found.items()
        if metric == "two_way_distance"
    ]


def _trend_table(rows: list[tuple[str, ...]]) -> Table:
    return Table(
        ("subject", "decoder", "ρ with distance", "p"),
        rows,
        title="Identification against distance to the training stimuli",
        note="Spearman correlation, over test stimuli, of the two-way share with the "
        "distance (1 − r) of a stimulus's true pattern to the nearest training "
        "pattern; p two-sided, by permutation. Well below 0: stimuli are identified "
        "because the training set holds others like them.",
        folded=True,
    )

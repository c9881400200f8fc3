"""The section of the page about encoders that are trained, beside ridge."""

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Block,
    Heading,
    Section,
    Table,
    Text,
    show_estimate,
    show_number,
)
from boldwise.reporting.headline import as_number
from boldwise.reporting.learning_curves import TITLES, curves_of_rows
from boldwise.reporting.scores_table import Estimate
from boldwise.reporting.sections_models import PAIR_COLUMNS, pair_row
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import SplitResults, Study

CURVE_COLUMNS = (
    *("images for", "encoder", "ridge", "images", "score", "of ridge"),
    *("ahead [95 %]", "subjects ahead"),
)
TOGETHER = "all"
UNSEEN = "n/a"


def attention_section(study: Study, shelf: Shelf) -> Section:
    """Tell how trained encoders fared against ridge on the same features.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
        Without blocks if no encoder was trained by gradient descent.
    """
    section = Section("trained", "Trained encoders beside ridge")
    for name, results in study.splits.items():
        if not results.training:
            continue
        if len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += [
            *shelf.pictures("beside_ridge", split=name),
            *_against_ridge(results),
            *_shuffled(results),
            *shelf.pictures("learning_curves", split=name),
            *_curves(results),
            _sizes(results),
            *shelf.pictures("training_curves", split=name),
            *shelf.pictures("attention_maps", split=name),
            *shelf.pictures("receptive_fields", split=name),
            *shelf.pictures("parcels", split=name),
        ]
    return section


def _pairs(results: SplitResults) -> dict[str, list[str]]:
    """Ridges beside each trained encoder."""
    pairs: dict[str, list[str]] = {}
    for row in results.training:
        own = pairs.setdefault(row["encoder"], [])
        if row["ridge"] not in (*own, UNSEEN):
            own.append(row["ridge"])
    return pairs


def _against_ridge(results: SplitResults) -> list[Block]:
    pairs = _pairs(results)
    rows = []
    for row in results.comparisons:
        a, b = row["model_a"], row["model_b"]
        if b in pairs.get(a, []) or a in pairs.get(b, []):
            rows.append(pair_row(row, flip=a in pairs.get(b, [])))
    blocks: list[Block] = []
    if rows:
        note = "a is trained, b a ridge on the same features; intervals over draws of "
        note += "stimuli and subjects, paired. Whichever wins is shown."
        title = "Trained encoders against ridge on the same features"
        blocks.append(Table(PAIR_COLUMNS, rows, title=title, note=note))
    alone = [name for name, ridges in pairs.items() if not ridges]
    if alone:
        blocks.append(
            Text(
                [
                    f"No ridge stands beside {', '.join(alone)}: such an encoder has "
                    "features of its own, or is a control."
                ]
            )
        )
    return blocks


def _shuffled(results: SplitResults) -> list[Block]:
    """Tell what encoders score that were trained on shuffled responses."""
    said, without = [], []
    for name in _pairs(results):
        mean, _, _ = results.shuffled.get((name, "all"), (float("nan"),) * 3)
        own = results.scores.get((TOGETHER, "all", name, "r"))
        if mean != mean or own is None:
            without.append(name)
            continue
        said.append(
            f"{name}: median r {show_number(own.value, digits=3)}, after shuffling "
            f"{show_number(mean, digits=3)}"
        )
    told = []
    if said:
        told.append(
            "Trained again on shuffled responses (few draws, since each is a training "
            f"of its own: a check, no null distribution): {'; '.join(said)}."
        )
    if without:
        told.append(f"Not trained on shuffled responses: {', '.join(without)}.")
    return [Text(told)] if told else []


def _curves(results: SplitResults) -> list[Table]:
    """List encoders beside ridge on the same images, by their number."""
    rows = []
    for one in curves_of_rows(results.curves):
        ours = one.mean(one.encoder)
        for ridge in one.ridges:
            theirs = one.mean(ridge)
            for n, told in one.ahead(ridge).items():
                ahead = Estimate(told.mean, told.low, told.high)
                better = f"{told.n_better} of {len(one.scores[one.encoder])}"
                scores = (show_number(score[n], digits=3) for score in (ours, theirs))
                what = (TITLES[one.curve], one.encoder, ridge, f"{n:,}")
                rows.append((*what, *scores, show_estimate(ahead, digits=3), better))
    if not rows:
        return []
    note = "Both had the same images of the subject. Medians over voxels, in units of "
    note += "the ceiling where one is known, mean over subjects; intervals over "
    note += "subjects by Student's t."
    title = "Scores by number of training images"
    return [Table(CURVE_COLUMNS, rows, title=title, note=note, folded=len(rows) > 12)]


def _sizes(results: SplitResults) -> Table:
    rows = [
        (
            row["encoder"],
            "all together" if row["subject"] == TOGETHER else f"sub-{row['subject']}",
            _count(row["n_parameters"]),
            row["ridge"] if row["ridge"] != UNSEEN else NO_NUMBER,
            _count(row["ridge_parameters"]),
            f"{row['best_epoch']} of {row['n_epochs']}",
        )
        for row in results.training
    ]
    return Table(
        ("encoder", "subject", "weights", "ridge", "its weights", "epoch kept"),
        rows,
        title="Sizes, and how long was trained",
        note="Weights that were fitted, in one outer fold. Ridge has one for each "
        "feature and voxel; its penalties hold them small.",
        folded=len(rows) > 12,
    )


def _count(value: str) -> str:
    return NO_NUMBER if value == UNSEEN else f"{as_number(value):,.0f}"

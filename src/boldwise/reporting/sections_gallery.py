"""The section of the page on what decoders point to, and which regions carry them."""

from boldwise.evaluation.likeness import SHARES
from boldwise.reporting.blocks import (
    NO_NUMBER,
    Block,
    Heading,
    Section,
    Table,
    Text,
    show_estimate,
    show_number,
    show_p,
)
from boldwise.reporting.headline import as_number, interval_of
from boldwise.reporting.scores_table import ALL, Estimate
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import SplitResults, Study, TableRow

NAMES = {
    "pixcorr": "picture: PixCorr",
    "ssim": "picture: SSIM",
    "tiny_clip": "picture: tiny-clip, two-way",
    "alexnet_2": "picture: AlexNet(2), two-way",
    "alexnet_5": "picture: AlexNet(5), two-way",
    "inception": "picture: Inception v3, two-way",
    "clip": "picture: CLIP ViT-L/14, two-way",
    "efficientnet": "picture: EfficientNet-B1, distance ↓",
    "swav": "picture: SwAV, distance ↓",
    "bleu_1": "caption: BLEU-1",
    "bleu_4": "caption: BLEU-4",
    "rouge_l": "caption: ROUGE-L",
    "cider_d": "caption: CIDEr-D",
    "zero_shot": "category named by text",
}
SIGNIFICANT = 0.05


def gallery_section(study: Study, shelf: Shelf) -> Section:
    """Show what decoders point to, and what each region is worth to them.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
        Without blocks if no decoder says a pattern.
    """
    section = Section("gallery", "What was decoded, looked at")
    for name, results in study.splits.items():
        blocks: list[Block] = [
            *shelf.pictures("gallery", split=name),
            *_likeness_tables(results),
            *_left_out(results),
            *shelf.pictures("similarity", split=name),
            *shelf.pictures("ablation", split=name),
            *_ablation_tables(results),
        ]
        if blocks and len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += blocks
    return section


def _likeness_tables(results: SplitResults) -> list[Table]:
    together = [row for row in results.galleries if _is_mean(row)]
    if not together:
        return []
    subjects = [r for r in results.galleries if not _is_mean(r) and not r["note"]]
    columns = (
        *("decoder", "measure", "value [95 %]", "shuffled decodings", "chance", "p"),
    )
    note = (
        "The picture is that of the nearest training stimulus, the caption that of the "
        "medoid of the nearest few. Shuffled decodings: the same for what was decoded "
        "from other test stimuli, mean and middle 95 % of the draws; p is never below "
        "1 / (1 + draws). Two-way: share of other test pictures that are less like it "
        "than the one that was seen; ties are lost, as published. BLEU is of all "
        "captions at once and has no interval. Category named by text: no category "
        "was trained on."
    )
    return [
        Table(
            columns,
            [_likeness_row(row)[1:] for row in together],
            title="How like the nearest training stimuli are to what was seen",
            note=note,
        ),
        Table(
            ("subject", *columns),
            [_likeness_row(row) for row in subjects],
            title="The same, subject by subject",
            folded=True,
        ),
    ]


def _is_mean(row: TableRow) -> bool:
    return row["subject"] == ALL and not row["note"]


def _likeness_row(row: TableRow) -> tuple[str, ...]:
    share = row["metric"] in SHARES
    scale, digits, unit = (100, 1, " %") if share else (1, 3, "")
    value = interval_of(row) if share else _plain(row, ("value", "low", "high"))
    baseline = _plain(
        row, ("baseline", "baseline_low", "baseline_high"), scale, digits, unit
    )
    chance = as_number(row["chance"])
    known = share and chance == chance
    return (
        f"sub-{row['subject']}",
        row["decoder"],
        NAMES.get(row["metric"], row["metric"]),
        value,
        baseline,
        f"{show_number(scale * chance, digits=digits)}{unit}" if known else NO_NUMBER,
        show_p(as_number(row["p"])),
    )


def _plain(
    row: TableRow,
    names: tuple[str, str, str],
    scale: float = 1,
    digits: int = 3,
    unit: str = "",
) -> str:
    value, low, high = (scale * as_number(row[name]) for name in names)
    shown = f"{show_number(value, digits=digits)}{unit}"
    if low != low:
        return shown
    between = ", ".join(show_number(x, digits=digits) for x in (low, high))
    return f"{shown} [{between}]"


def _left_out(results: SplitResults) -> list[Text]:
    said = [
        f"{NAMES.get(row['metric'], row['metric'])} was left out: {row['note']}"
        for row in results.galleries
        if row["note"]
    ]
    return [Text(said)] if said else []


def _ablation_tables(results: SplitResults) -> list[Table]:
    rows = [_region_row(results, r) for r in results.ablations if r["subject"] == ALL]
    if not rows:
        return []
    return [
        Table(
            (
                *("decoder", "region", "voxels", "alone [95 %]", "less all in"),
                *("all voxels", "lost without [95 %]", "lost in"),
            ),
            rows,
            title="Two-way identification by regions",
            note="Decoders fitted anew on each region alone, and on all voxels but its "
            "own; means over subjects with 95 % over subjects (Student's t). Less all "
            "in, lost in: subjects whose difference from all voxels is below, or "
            f"above, 0 at p < {SIGNIFICANT:g} (two-sided, signs of the stimuli's "
            "differences drawn anew; not corrected for the number of regions).",
        )
    ]


def _region_row(results: SplitResults, row: TableRow) -> tuple[str, ...]:
    own = [
        one
        for one in results.ablations
        if one["subject"] != ALL
        and (one["decoder"], one["region"]) == (row["decoder"], row["region"])
    ]
    worse = sum(
        as_number(one["alone_p"]) < SIGNIFICANT
        and as_number(one["alone"]) < as_number(one["all_voxels"])
        for one in own
    )
    lost = sum(
        as_number(one["lost_p"]) < SIGNIFICANT and as_number(one["lost"]) > 0
        for one in own
    )
    return (
        row["decoder"],
        row["region"],
        row["n_voxels"],
        _estimate(row, "alone"),
        f"{worse} of {len(own)}",
        show_number(as_number(row["all_voxels"]), digits=3),
        _estimate(row, "lost"),
        f"{lost} of {len(own)}",
    )


def _estimate(row: TableRow, name: str) -> str:
    value, low, high = (
        as_number(row[key]) for key in (name, f"{name}_low", f"{name}_high")
    )
    if low != low:
        return show_number(value, digits=3)
    return show_estimate(Estimate(value, low, high), digits=3)

"""What alignment by function adds to anatomy, in the section on identification."""

from collections.abc import Mapping, Sequence
from typing import Any

from boldwise.evaluation.paired_subjects import compare_subjects
from boldwise.reporting.blocks import NO_NUMBER, Table, show_number
from boldwise.reporting.headline import as_number, interval_of
from boldwise.reporting.scores_table import ALL
from boldwise.reporting.study import TableRow

COLUMNS = (
    *("decoder", "alignment", "found first [95 %]", "two-way [95 %]"),
    *("found first less anatomy [95 %]", "better in"),
)
NOTE = (
    "Which stimulus was it, from the responses of the other subjects? Less anatomy: "
    "difference from the decoder without alignment in the same subjects, mean and 95 % "
    "over subjects (Student's t). Alignments are fitted on training stimuli alone."
)


def alignment_tables(
    identification: Sequence[TableRow], decoders: Mapping[str, Mapping[str, Any]]
) -> list[Table]:
    """Put every alignment beside anatomy.

    Parameters
    ----------
    identification : sequence of rows
        Of one split.
    decoders : mapping
        Entries of the config with their options.

    Returns
    -------
    tables : list of Table
        One; none where no decoder aligns subjects.
    """
    across = {n: d for n, d in decoders.items() if d["kind"] == "across_subjects"}
    plain = [name for name, one in across.items() if describe(one) == "anatomy"]
    found = {(r["subject"], r["decoder"], r["metric"]): r for r in identification}
    shown = [name for name in across if (ALL, name, "top1") in found]
    if len(plain) == len(across) or not shown:
        return []
    base = _by_subject(identification, plain[0]) if plain else {}
    rows = []
    for name in shown:
        pair = [found[ALL, name, metric] for metric in ("top1", "two_way")]
        own = _by_subject(identification, name)
        difference = _difference(own, base) if name not in plain else (NO_NUMBER,) * 2
        intervals = [interval_of(row) for row in pair]
        rows.append((name, describe(across[name]), *intervals, *difference))
    return [Table(COLUMNS, rows, title="Alignment against anatomy", note=NOTE)]


def describe(decoder: Mapping[str, Any]) -> str:
    """Name the alignment of a decoder in a few words.

    Parameters
    ----------
    decoder : mapping
        Options with ``alignment``.

    Returns
    -------
    text : str
        For example ``shared response (40), ridge, whitened``.
    """
    one = decoder["alignment"]
    name = "anatomy" if one["kind"] == "anatomical" else one["kind"].replace("_", " ")
    size = one.get("n_components")
    parts = [f"{name} ({size})" if size else name]
    parts += ["scaled"] * bool(one.get("scale"))
    parts += [f"{one.get('n_parcels')} parcels"] * (one.get("n_parcels", 1) > 1)
    parts += ["ridge"] * (one.get("readout") == "ridge")
    parts += ["whitened"] * bool(one.get("whiten"))
    return ", ".join(parts)


def _by_subject(rows: Sequence[TableRow], decoder: str) -> dict[str, float]:
    return {
        row["subject"]: as_number(row["value"])
        for row in rows
        if (row["decoder"], row["metric"]) == (decoder, "top1")
        and row["subject"] != ALL
    }


def _difference(own: Mapping[str, float], base: Mapping[str, float]) -> tuple[str, str]:
    common = [name for name in own if name in base]
    if len(common) < 2:
        return NO_NUMBER, NO_NUMBER
    found = compare_subjects([own[n] for n in common], [base[n] for n in common])
    mean, low, high = (
        show_number(100 * x, digits=1) for x in (found.mean, found.low, found.high)
    )
    return f"{mean} % [{low}, {high}]", f"{found.n_better} of {len(common)}"

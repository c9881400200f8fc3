"""The main results of a finished study, in about ten lines."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from boldwise.errors import DataError
from boldwise.io.study_results import read_rows
from boldwise.settings.study import Config

Rows = Sequence[Mapping[str, str]]
ALL = "all"


def summarise(config: Config, *, root: str | Path = ".") -> list[str]:
    """Say in a few lines what a study found, and where its report lies.

    Parameters
    ----------
    config : Config
    root : path
        Where the workflow ran: holds ``results/``.

    Returns
    -------
    lines : list of str
        About the first split; the report has the others.

    Raises
    ------
    DataError
        If the study has not been run.
    """
    results = Path(root, "results", config.dataset.name)
    split = next(iter(config.splits))
    n = len(config.dataset.subjects)
    lines = [f"{config.dataset.name}: {n} subject{'s' * (n > 1)}, split '{split}'"]
    if config.encoders:
        lines += _encoders(_read(results / "scores" / split / "scores.tsv"))
    if config.decoders:
        table = results / "identification" / split / "identification.tsv"
        lines += _decoders(_read(table))
    recovery = results / "truth/recovery.tsv"
    if recovery.is_file():
        lines += _recovery(read_rows(recovery))
    report = (results / "report.html").absolute()
    return [*lines, f"report: {report}"]


def _read(path: Path) -> Rows:
    if not path.is_file():
        raise DataError(f"{path}: not there yet. Run snakemake to the end first.")
    return read_rows(path)


def _encoders(rows: Rows) -> Iterator[str]:
    """Say which encoder is best in each region, by its median r over subjects."""
    found = [row for row in rows if (row["subject"], row["metric"]) == (ALL, "r")]
    for roi in dict.fromkeys(row["roi"] for row in found):
        here = [row for row in found if row["roi"] == roi and row["value"] != "n/a"]
        if here:
            best = max(here, key=lambda row: float(row["value"]))
            yield (
                f"  {'all voxels' if roi == ALL else roi}: best encoder "
                f"'{best['model']}', median r {_estimate(best)}"
            )


def _decoders(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["subject"] == ALL and row["metric"] in ("top1", "accuracy"):
            what = "names the category" if row["metric"] == "accuracy" else "finds"
            among = f" of {float(row['n_pool']):.0f}"
            yield (
                f"  decoder '{row['decoder']}' {what}: {_estimate(row)} "
                f"(one{among}; chance {float(row['chance']):.3f})"
            )


def _recovery(rows: Rows) -> Iterator[str]:
    demanded = [row for row in rows if row["holds"] in ("yes", "no")]
    held = sum(row["holds"] == "yes" for row in demanded)
    yield f"  simulated truth: {held} of {len(demanded)} demands are met"


def _estimate(row: Mapping[str, str]) -> str:
    if row["low"] == "n/a":
        return f"{float(row['value']):.2f}"
    low, high = float(row["low"]), float(row["high"])
    return f"{float(row['value']):.2f} [{low:.2f}, {high:.2f}]"

"""When the volumes of a dataset were taken, from its settings or headers."""

from collections.abc import Mapping
from typing import Any

from boldwise.errors import DataError
from boldwise.io.bold_plan import BoldSource, plan_runs
from boldwise.io.series import series_fields
from boldwise.io.timelines import Clock


def find_clock(
    series: Mapping[str, Any] | None, runs: Mapping[str, Any] | None, subject: str
) -> Clock:
    """Find the repetition time, and when the first volume of each run was taken.

    Parameters
    ----------
    series : mapping or None
        Fields of ``SeriesSource``.
    runs : mapping or None
        Fields of ``BoldSource``; read where there are no series.
    subject : str
        Whose headers to read.

    Returns
    -------
    clock : Clock

    Raises
    ------
    DataError
        If runs differ in repetition time.
    """
    if series is not None:
        source = series_fields(series)
        return Clock(source.tr_s, dict.fromkeys(source.runs, source.first_volume_s))
    plan = plan_runs(BoldSource(**(runs or {})), subject, confounds=(), continuous=True)
    times_s = sorted({one.timing.tr_s for one in plan})
    if times_s[-1] - times_s[0] > 1e-3:
        raise DataError(
            f"subject {subject}: runs have repetition times of {times_s} s, but delays "
            "count volumes, so time series need one. Study the runs of each apart."
        )
    return Clock(times_s[0], {one.run: one.timing.start_time_s for one in plan})

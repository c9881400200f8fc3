"""What a study will take: jobs, core-hours, GPU-hours, memory and disk."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boldwise.jobs.listing import Job
from boldwise.jobs.rates import Sample, predict
from boldwise.jobs.sizes import Sizes, width_of
from boldwise.settings.study import Config

Formulas = Mapping[str, Any]
NO_SAMPLE = (
    50.0  # MB; Python with numpy takes more: the job ended before it was looked at
)


@dataclass(frozen=True)
class Forecast:
    """What the jobs of one rule take together.

    Attributes
    ----------
    rule : str
    n_jobs : float
    seconds : float
        Of cores, over all jobs.
    gpu_seconds : float
        Of jobs that ask for a GPU: at most so many, for rates are those of cores.
    memory_mb : float
        Peak of the largest job.
    asked_mb : float
        What the largest job asks for.
    bytes : float
        Of all outputs.
    """

    rule: str
    n_jobs: float = 0.0
    seconds: float = 0.0
    gpu_seconds: float = 0.0
    memory_mb: float = 0.0
    asked_mb: float = 0.0
    bytes: float = 0.0


def job_sizes(
    job: Job, config: Config, sizes: Sizes, formulas: Formulas, *, wide: int | None
) -> Sizes:
    """Find the sizes that hold for one job: the features are those that it reads.

    Parameters
    ----------
    job : Job
    config : Config
    sizes : Sizes
        Of the study.
    formulas : mapping
    wide : int or None
        Columns of every feature space; None: as the config lets one guess.

    Returns
    -------
    sizes : Sizes
    """
    spaces = {
        n: one.model_dump(mode="json") for n, one in config.feature_spaces.items()
    }
    encoder: Any = config.encoders.get(job.wildcards.get("encoder", ""))
    decoder: Any = config.decoders.get(job.wildcards.get("decoder", ""))
    names = [job.wildcards["space"]] if "space" in job.wildcards else []
    names += list(getattr(encoder, "features", None) or [])
    target = getattr(decoder, "target", None) or []
    names += [target] if isinstance(target, str) else list(target)
    known = [spaces.get(name, {}) for name in names]
    widths = [
        wide or width_of(one, formulas["widths"], formulas["other_width"])
        for one in known
    ]
    return replace(sizes, features=sum(widths) or 1)


def key_of(job: Job, config: Config, formulas: Formulas) -> str:
    """Name the rates of a job: its rule, and its kind where kinds differ.

    Parameters
    ----------
    job : Job
    config : Config
    formulas : mapping

    Returns
    -------
    key : str
    """
    if formulas["rules"].get(job.rule, {}).get("by") != "space":
        return job.rule
    space: Any = config.feature_spaces.get(job.wildcards.get("space", ""))
    model = getattr(space, "model", None)
    known = model in (None, *formulas["widths"])
    name = (model or getattr(space, "kind", "")) if known else formulas["other_network"]
    return f"{job.rule}:{name}"


def forecast(
    jobs: Iterable[Job],
    config: Config,
    sizes: Sizes,
    *,
    rates: Mapping[str, Any],
    formulas: Formulas,
    wide: int | None = None,
) -> list[Forecast]:
    """Predict what the jobs of a study take, rule by rule.

    Parameters
    ----------
    jobs : iterable of Job
        Of the config; jobs of one subject count as often as ``sizes`` has subjects for
        each of the config's.
    config : Config
    sizes : Sizes
    rates, formulas : mapping
    wide : int or None
        Columns of every feature space.

    Returns
    -------
    forecasts : list of Forecast
        In the order of the jobs.
    """
    times = sizes.subjects / max(1, len(config.dataset.subjects))
    found: dict[str, Forecast] = {}
    for job in jobs:
        own = job_sizes(job, config, sizes, formulas, wide=wide)
        key = key_of(job, config, formulas)
        seconds, size, memory = (
            predict(rates, formulas, key, own, quantity)
            for quantity in ("seconds", "bytes", "memory")
        )
        n_jobs = times if "subject" in job.wildcards else 1.0
        before = found.get(job.rule, Forecast(job.rule))
        on_gpu = int(job.resources.get("gpu", 0) or 0) > 0
        found[job.rule] = Forecast(
            rule=job.rule,
            n_jobs=before.n_jobs + n_jobs,
            seconds=before.seconds + n_jobs * seconds,
            gpu_seconds=before.gpu_seconds + n_jobs * seconds * on_gpu,
            memory_mb=max(before.memory_mb, memory),
            asked_mb=max(before.asked_mb, float(job.resources.get("mem_mb", 0))),
            bytes=before.bytes + n_jobs * size,
        )
    return list(found.values())


def add_up(forecasts: Sequence[Forecast]) -> Forecast:
    """Sum forecasts; memory is that of the largest job.

    Parameters
    ----------
    forecasts : sequence of Forecast

    Returns
    -------
    total : Forecast
    """
    return Forecast(
        rule="total",
        n_jobs=sum(one.n_jobs for one in forecasts),
        seconds=sum(one.seconds for one in forecasts),
        gpu_seconds=sum(one.gpu_seconds for one in forecasts),
        memory_mb=max((one.memory_mb for one in forecasts), default=0.0),
        asked_mb=max((one.asked_mb for one in forecasts), default=0.0),
        bytes=sum(one.bytes for one in forecasts),
    )


def read_samples(
    jobs: Iterable[Job],
    config: Config,
    sizes: Sizes,
    formulas: Formulas,
    *,
    folder: str | Path = ".",
) -> list[Sample]:
    """Read what the jobs of a finished study took, from their benchmarks and outputs.

    Parameters
    ----------
    jobs : iterable of Job
    config : Config
    sizes : Sizes
    formulas : mapping
    folder : path
        Where the study ran.

    Returns
    -------
    samples : list of Sample
        Of the jobs that have a benchmark.
    """
    samples = []
    for job in jobs:
        path = Path(folder, job.benchmark)
        if not job.benchmark or not path.is_file():
            continue
        told = json.loads(path.read_text("utf-8").splitlines()[0])
        made = [Path(folder, output) for output in job.outputs]
        took, cpu, peak = (_number(told.get(n)) for n in ("s", "cpu_time", "max_rss"))
        samples.append(
            Sample(
                key=key_of(job, config, formulas),
                sizes=job_sizes(job, config, sizes, formulas, wide=None),
                seconds=max(took, cpu),  # more than one core may have been at work
                bytes=float(sum(one.stat().st_size for one in made if one.is_file())),
                memory=peak if peak > NO_SAMPLE else None,
            )
        )
    return samples


def read_anchors(formulas: Formulas) -> list[Sample]:
    """Read the long jobs that benchmarks timed.

    Parameters
    ----------
    formulas : mapping

    Returns
    -------
    samples : list of Sample
        Without bytes and memory.
    """
    return [
        Sample(
            key=f"{one['rule']}:{one['by']}" if "by" in one else one["rule"],
            sizes=Sizes(**one["sizes"]),
            seconds=float(one["seconds"]),
        )
        for one in formulas["anchors"]
    ]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

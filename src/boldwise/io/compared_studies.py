"""Several finished studies, as far as one page compares them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from boldwise.errors import DataError, name_some
from boldwise.io.records import read_split
from boldwise.io.stores import open_store
from boldwise.io.study_results import read_rows
from boldwise.io.subject_results import read_score_table, read_shuffled
from boldwise.reporting.compared import ComparedSplit, ComparedStudy
from boldwise.reporting.comparison import ranges_of_shuffles

MEAN_SUBJECT = "group"
FOLDERS = (
    "responses",
    "splits",
    "features",
    "ceilings",
    "encoders",
    "decoders",
    "scores",
)


def read_compared(folders: Iterable[str | Path]) -> list[ComparedStudy]:
    """Read what finished studies found, and with which options.

    Parameters
    ----------
    folders : iterable of path
        Such as ``results/simulated``; two or more.

    Returns
    -------
    studies : list of ComparedStudy
        Named after their folders; of equal names, after those above, too.

    Raises
    ------
    DataError
        If there is one study only, or a folder holds none.
    """
    paths = [Path(one) for one in folders]
    if len({path.resolve() for path in paths}) < 2:
        raise DataError(
            f"{name_some(paths) or 'nothing'}: one study cannot be compared; name two "
            "folders of results or more, such as results/a results/b."
        )
    return [_read(path, name) for path, name in zip(paths, _names(paths), strict=True)]


def flatten(options: Any, lead: str = "") -> Iterator[tuple[str, str]]:
    """Write nested options line by line: ``encoder.penalties.low``, ``0.1``.

    Parameters
    ----------
    options : mapping, list or value
    lead : str
        In front of every name.

    Yields
    ------
    name, value : str
    """
    if isinstance(options, Mapping):
        for name, value in options.items():
            yield from flatten(value, f"{lead}.{name}" if lead else str(name))
    else:
        yield (
            lead,
            ", ".join(map(str, options)) if isinstance(options, list) else str(options),
        )


def _names(paths: list[Path]) -> list[str]:
    """Name studies by as few folders as tell them apart."""
    parts = [path.resolve().parts for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(one[-depth:]) for one in parts]
        if len(set(names)) == len(names):
            break
    return names


def _read(folder: Path, name: str) -> ComparedStudy:
    splits = sorted(folder.glob("splits/*.h5"))
    tables = [*folder.glob("scores/*/scores.tsv")]
    tables += folder.glob("identification/*/identification.tsv")
    if not splits or not tables:
        raise DataError(
            f"{folder}: holds no finished study (no scores.tsv and no "
            "identification.tsv below it). Run snakemake to the end first."
        )
    subjects = sorted(
        path.stem.removeprefix("sub-") for path in folder.glob("responses/*.h5")
    )
    options, code = _read_options(folder)
    return ComparedStudy(
        name=name,
        subjects=subjects,
        splits={path.stem: _read_split(folder, path, subjects) for path in splits},
        options=options,
        code=code,
    )


def _read_split(folder: Path, path: Path, subjects: list[str]) -> ComparedSplit:
    split = read_split(path)
    with open_store(path, schema="split") as store:
        audit = store.attributes["audit"]
    scores = folder / f"scores/{split.name}/scores.tsv"
    found = folder / f"identification/{split.name}/identification.tsv"
    shuffled = read_shuffled(
        sorted(folder.glob(f"shuffled/{split.name}/*/*.h5")), split
    )
    individuals = [one for one in subjects if one != MEAN_SUBJECT]
    return ComparedSplit(
        n_train=sum(audit["n_train"]),
        n_test=sum(audit["n_test"]),
        scores=read_score_table(scores) if scores.is_file() else {},
        identification=read_rows(found) if found.is_file() else [],
        shuffled=ranges_of_shuffles(shuffled, individuals=individuals),
    )


def _read_options(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Read the options, and the code, that made the stores; one subject tells."""
    options: dict[str, str] = {}
    code: dict[str, str] = {}
    for part in FOLDERS:
        seen: set[Path] = set()
        for path in sorted(Path(folder, part).rglob("*.h5")):
            one_of_many = path.parent if path.stem.startswith("sub-") else path
            if one_of_many in seen:
                continue
            seen.add(one_of_many)
            with open_store(path, schema=None) as store:
                about = store.attributes
            place = one_of_many.relative_to(folder).with_suffix("").as_posix()
            for name, value in flatten(about.get("config", {})):
                own = value.replace(f"results/{folder.resolve().name}/", "results/…/")
                options[f"{place}: {name}"] = own
            code.setdefault(str(about.get("rule", "")), str(about.get("code", "")))
    return options, code

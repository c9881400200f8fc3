"""Measure what the workflow itself takes: planning, starting jobs, doing nothing.

Run it: ``python benchmarks/overhead.py [--json] [--jobs 1000 10000] [--study FOLDER]``.
``planned``: a dry run of so many jobs of dummy rules (three in a chain for each of many
subjects and encoders), with the largest resident size of Snakemake. ``start``: from the
start of Python to the first line of a script's own work, for every script, as Snakemake
starts it (its preamble included). ``nothing``: ``snakemake`` in the folder of a study
that is finished, from this checkout; the fastest of three.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
N_JOBS = (1_000, 3_000, 10_000)
BAR_START_S, BAR_NOTHING_S, BAR_LINEAR = 1.5, 5.0, 1.5
PREAMBLE = "import sys, pickle\nfrom snakemake import script\n"
DUMMY = """
SUBJECTS = range({n_subjects})
ENCODERS = range({n_encoders})


rule all:
    input:
        expand("score/{{e}}/sub-{{s}}.h5", e=ENCODERS, s=SUBJECTS),


rule prepare:
    output:
        "responses/sub-{{s}}.h5",
    shell:
        "touch {{output}}"


rule fit:
    input:
        "responses/sub-{{s}}.h5",
    output:
        "fit/{{e}}/sub-{{s}}.h5",
    log:
        "logs/fit/{{e}}_{{s}}.log",
    resources:
        mem_mb=4000,
    params:
        code="0123456789ab",
    shell:
        "touch {{output}}"


rule score:
    input:
        "fit/{{e}}/sub-{{s}}.h5",
        "responses/sub-{{s}}.h5",
    output:
        "score/{{e}}/sub-{{s}}.h5",
    shell:
        "touch {{output}}"
"""


def run(words: Sequence[Any], folder: Path, *, ok: bool = True) -> tuple[float, float]:
    """Run a command once; seconds, and the largest resident size in MB."""
    start = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if ok and process.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: status {process.returncode}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def plan_dummies(n_jobs: int) -> dict[str, Any]:
    """Time the dry run of so many dummy jobs."""
    n_subjects = max(1, n_jobs // 101)  # each with 50 encoders, fitted and scored
    text = DUMMY.format(n_subjects=n_subjects, n_encoders=50)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "Snakefile").write_text(text)
        command = [sys.executable, "-m", "snakemake", "--dry-run", "--quiet", "all"]
        seconds, peak = run([*command, "--cores", 1], folder)
    n_planned = n_subjects * 101 + 1
    return {"jobs": n_planned, "seconds": seconds, "peak_mb": peak}


def imports_of(script: Path) -> str:
    """Give what a script imports when it starts, as code."""
    tree = ast.parse(script.read_text())
    nodes = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, nodes))


def start_scripts() -> Iterator[dict[str, Any]]:
    """Time the start of every script."""
    for script in sorted((ROOT / "workflow/scripts").glob("*.py")):
        command = [sys.executable, "-c", PREAMBLE + imports_of(script)]
        taken = run(command, ROOT)[0]
        yield {"script": script.stem, "seconds": taken}


def do_nothing(study: Path, config: Path | None) -> dict[str, Any]:
    """Time ``snakemake`` on a study that is finished; the fastest of three."""
    command: list[Any] = [sys.executable, "-m", "snakemake", "--cores", 2]
    command += ["--snakefile", ROOT / "Snakefile", "--directory", study]
    command += ["--workflow-profile", ROOT / "profiles/default"]
    command += ["--configfile", config] if config else []
    found = [run(command, ROOT) for _ in range(3)]
    return {"seconds": min(s for s, _ in found), "peak_mb": max(mb for _, mb in found)}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure all that was asked for."""
    found: dict[str, Any] = {"planned": [plan_dummies(n) for n in options.jobs]}
    first, last = found["planned"][0], found["planned"][-1]
    per_job = [one["seconds"] / one["jobs"] for one in (first, last)]
    found["per_job_ratio"] = per_job[1] / per_job[0]
    found["start"] = list(start_scripts())
    if options.study:
        found["nothing"] = do_nothing(options.study, options.configfile)
    return found


def show(found: dict[str, Any]) -> None:
    """Print the tables."""
    print("| jobs planned | seconds | ms per job | peak MB |\n|---|---|---|---|")
    for one in found["planned"]:
        each = 1000 * one["seconds"] / one["jobs"]
        print(f"| {one['jobs']:,} | {one['seconds']:.1f} | {each:.2f} |", end="")
        print(f" {one['peak_mb']:.0f} |")
    ratio = found["per_job_ratio"]
    print(f"\nTime per job, most against fewest: {ratio:.2f} (bar: {BAR_LINEAR})")
    starts = sorted(found["start"], key=lambda one: -one["seconds"])
    print(f"\n| slowest of {len(starts)} scripts to start | seconds |\n|---|---|")
    for one in starts[:6]:
        print(f"| {one['script']} | {one['seconds']:.2f} |")
    median = starts[len(starts) // 2]["seconds"]
    print(f"\nMedian {median:.2f} s; bar {BAR_START_S} s for all.")
    if "nothing" in found:
        print(f"Nothing to do: {found['nothing']['seconds']:.2f} s", end="")
        print(f" (bar: {BAR_NOTHING_S}), {found['nothing']['peak_mb']:.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--jobs", type=int, nargs="+", default=N_JOBS)
    parser.add_argument("--study", type=Path, help="folder of a finished study")
    parser.add_argument(
        "--configfile", type=Path, help="its config, if not the default"
    )
    options = parser.parse_args()
    found = measure(options)
    print(json.dumps(found, indent=1)) if options.json else show(found)


if __name__ == "__main__":
    main()

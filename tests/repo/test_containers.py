"""The recipes of containers hold the same pins, the same version, and no secrets."""

import re
from pathlib import Path

import pytest

import boldwise

ROOT = Path(__file__).parents[2]
DOCKER = (ROOT / "envs/Dockerfile").read_text()
APPTAINER = (ROOT / "envs/boldwise.def").read_text()
KNOWN = {
    *("FROM", "ENV", "RUN", "COPY", "WORKDIR", "CMD"),
}


def instructions():
    """Read the Dockerfile: (instruction, words), continued lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKER))
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def sections():
    """Read the definition: lines of each section by its name."""
    head, *rest = re.split(r"(?m)^%(\w+)\n", APPTAINER)
    return {"head": head, **dict(zip(rest[::2], rest[1::2], strict=True))}


def test_every_line_of_the_dockerfile_is_an_instruction():
    found = instructions()

    assert found[0][0] == "FROM"
    assert {name for name, _ in found} <= KNOWN


def test_what_is_copied_exists():
    sources = [words.split()[0] for name, words in instructions() if name == "COPY"]

    assert sources == ["envs/constraints.txt", "."]
    assert all((ROOT / source).exists() for source in sources)


def test_the_definition_has_the_sections_that_apptainer_knows():
    assert {"files", "post", "environment", "test", "runscript"} <= set(sections())
    assert set(sections()) <= {
        *("head", "files", "post", "environment", "test", "runscript", "labels"),
    }


@pytest.mark.parametrize("text", [DOCKER, APPTAINER], ids=["docker", "apptainer"])
def test_both_install_the_pins_and_then_boldwise_alone(text):
    installed = re.findall(r"pip install (.*)", text)

    assert [line.split(" \\")[0] for line in installed] == [
        "--requirement /usr/local/src/boldwise/envs/constraints.txt",
        "--no-deps --no-build-isolation /usr/local/src/boldwise",
    ]


def test_both_start_from_the_same_image_with_the_python_of_the_pins():
    base = re.search(r"(?m)^FROM docker\.io/library/(\S+)$", DOCKER)[1]
    conda = (ROOT / "envs/boldwise.yaml").read_text()

    assert f"From: {base}" in APPTAINER
    assert base.startswith("python:" + re.search(r"python =(\S+)", conda)[1])


def test_recipes_tell_the_version_of_the_package():
    assert f"boldwise:{boldwise.__version__}" in DOCKER
    assert f"Version {boldwise.__version__}" in APPTAINER
    assert (
        f"boldwise:{boldwise.__version__}"
        in (ROOT / "profiles/kubernetes/config.yaml").read_text()
    )


def test_an_image_holds_neither_results_nor_the_history():
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".git", ".venv", "results", ".snakemake"} <= set(ignored)

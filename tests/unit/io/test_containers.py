"""The command that runs fMRIPrep, word by word, and what is missing before it can."""

import sys
from dataclasses import replace

import pytest

from boldwise.errors import DataError
from boldwise.io.containers import (
    Fmriprep,
    anatomy_problems,
    container_problems,
    fmriprep_command,
    run_fmriprep,
)


@pytest.fixture
def fmriprep(tmp_path, monkeypatch):
    """Ask for a run in a folder with a licence; its own folder is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "license.txt").write_text("licence\n")
    return Fmriprep(
        root="raw",
        output="results/a/preprocessed",
        work="results/a/fmriprep_work",
        runtime="apptainer",
        image="nipreps/fmriprep",
        version="25.2.7",
        license="license.txt",
        output_spaces=["T1w", "MNI152NLin2009cAsym:res-2"],
        task="a",
    )


def test_the_command_is_this_word_by_word(fmriprep, tmp_path):
    command = fmriprep_command(fmriprep, "01", threads=12, mem_mb=30000)

    assert command == [
        *("apptainer", "run", "--cleanenv"),
        *("--bind", f"{tmp_path}/license.txt:/license.txt:ro"),
        *("--bind", f"{tmp_path}/raw:/data:ro"),
        *("--bind", f"{tmp_path}/results/a/fmriprep_work:/work"),
        *("--bind", f"{tmp_path}/results/a/preprocessed:/out"),
        "docker://nipreps/fmriprep:25.2.7",
        *("/data", "/out", "participant", "--participant-label", "01"),
        *("--task-id", "a"),
        *("--output-spaces", "T1w", "MNI152NLin2009cAsym:res-2"),
        *("--nthreads", "12", "--omp-nthreads", "8", "--mem-mb", "30000"),
        *("--work-dir", "/work", "--fs-license-file", "/license.txt"),
        *("--fs-no-reconall", "--notrack"),
    ]


def test_docker_takes_the_image_by_its_tag(fmriprep):
    command = fmriprep_command(
        replace(fmriprep, runtime="docker"), "01", threads=2, mem_mb=1
    )

    assert command[:3] == ["docker", "run", "--rm"]
    assert "nipreps/fmriprep:25.2.7" in command
    assert command.count("--volume") == 4


def test_an_image_file_is_taken_from_where_it_lies(fmriprep, tmp_path):
    command = fmriprep_command(
        replace(fmriprep, image="fmriprep.sif"), "01", threads=2, mem_mb=1
    )

    assert str(tmp_path / "fmriprep.sif") in command
    assert not any("docker://" in word for word in command)


def test_options_become_flags(fmriprep):
    asked = replace(
        fmriprep,
        freesurfer=True,
        bids_validation=False,
        task=None,
        arguments=["--ignore", "fieldmaps"],
    )

    command = fmriprep_command(asked, "01", threads=2, mem_mb=1)

    assert "--fs-no-reconall" not in command
    assert "--skip-bids-validation" in command
    assert "--task-id" not in command
    assert command[-2:] == ["--ignore", "fieldmaps"]


def test_all_that_is_missing_is_told_at_once(fmriprep):
    asked = replace(
        fmriprep, runtime="no-such-runtime", license="none.txt", image="none.sif"
    )

    problems = "\n".join(container_problems(asked))

    assert "no 'no-such-runtime' on this machine's PATH" in problems
    assert "none.txt: no such file. fMRIPrep needs a licence file" in problems
    assert "none.sif: no such image" in problems


def test_nothing_is_run_while_something_is_missing(fmriprep):
    asked = replace(fmriprep, runtime="no-such-runtime")

    with pytest.raises(DataError, match="no 'no-such-runtime' on this machine's PATH"):
        run_fmriprep(asked, ["false"], [], tell=print)


def test_a_subject_without_an_anatomical_image_is_told(tmp_path):
    (tmp_path / "sub-01/anat").mkdir(parents=True)
    (tmp_path / "sub-01/anat/sub-01_T1w.nii.gz").write_bytes(b"")

    assert anatomy_problems(str(tmp_path), "01") == []
    assert "no `anat/*_T1w.nii.gz`" in anatomy_problems(str(tmp_path), "02")[0]


def python(code):
    """Stand in for fMRIPrep."""
    return [sys.executable, "-c", code]


@pytest.fixture
def ready(fmriprep, tmp_path, monkeypatch):
    """Put something of the runtime's name on the PATH."""
    runtime = tmp_path / "bin/apptainer"
    runtime.parent.mkdir()
    runtime.write_text("#!/bin/sh\n")
    runtime.chmod(0o755)
    monkeypatch.setenv("PATH", str(runtime.parent))
    return fmriprep


def test_what_it_prints_is_passed_on_and_its_files_are_looked_for(ready, tmp_path):
    lines = []
    made = tmp_path / "made.txt"

    run_fmriprep(
        ready,
        python(f"print('one'); open({str(made)!r}, 'w'); print('two')"),
        [str(made)],
        tell=lines.append,
    )

    assert lines == ["one", "two"]
    assert (tmp_path / "results/a/preprocessed").is_dir()


def test_a_failure_is_told_with_its_last_lines(ready):
    code = "print('a'); print('no memory'); raise SystemExit(3)"

    with pytest.raises(DataError, match="ended with status 3; its last lines: a / no"):
        run_fmriprep(ready, python(code), [], tell=lambda _: None)


def test_a_file_that_was_not_written_is_named(ready):
    with pytest.raises(DataError, match=r"ended well, but did not write 'x_bold.nii'"):
        run_fmriprep(ready, python(""), ["x_bold.nii"], tell=lambda _: None)

"""Mirrors src/boldwise/stage.py."""

import hashlib
import logging
import os
import signal
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from boldwise import __version__
from boldwise.errors import BARRED, FULL, DataError
from boldwise.provenance import code_of
from boldwise.stage import THREAD_VARIABLES, stage


class Named(list):
    """Stands in for Snakemake's lists that have names."""

    def __init__(self, **named):
        super().__init__(named.values())
        self.__dict__.update(named)

    def items(self):
        """Names and values."""
        return vars(self).items()


@pytest.fixture
def snakemake(tmp_path, monkeypatch):
    """Stand in for the object that Snakemake gives to a script."""
    monkeypatch.chdir(tmp_path)
    for name in THREAD_VARIABLES:
        monkeypatch.setenv(name, "8")
    own, foreign = tmp_path / "results/s/a.h5", tmp_path / "data.h5"
    for path in (own, foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bytes")
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield SimpleNamespace(
        rule="fit_encoder",
        input=Named(own="results/s/a.h5", foreign=str(foreign)),
        output=Named(out="results/s/b.h5"),
        params=Named(alpha=2, code="c0de"),
        wildcards=Named(subject="01"),
        resources={"mem_mb": 4000},
        log=["job.log"],
        scriptdir=str(tmp_path / "scripts"),
    )
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)


def test_a_job_may_use_the_memory_of_its_rule_less_that_of_python(snakemake):
    with stage(snakemake) as job:
        assert job.memory_gb == pytest.approx(3400e6 / 2**30)


def test_a_script_gets_files_parameters_and_provenance(snakemake):
    with stage(snakemake) as job:
        assert job.input.own == "results/s/a.h5"
        assert job.params.alpha == 2
        assert job.wildcards.subject == "01"
        assert job.provenance == {
            "boldwise_version": __version__,
            "rule": "fit_encoder",
            "code": "c0de",
            "config": {"alpha": 2},
            "inputs": {"results/s/a.h5": hashlib.sha256(b"bytes").hexdigest()[:12]},
        }


def test_inputs_of_one_name_in_two_folders_are_both_recorded(snakemake, tmp_path):
    (tmp_path / "results/s/deep").mkdir()
    (tmp_path / "results/s/deep/a.h5").write_bytes(b"other")
    snakemake.input = Named(a="results/s/a.h5", b="results/s/deep/a.h5")

    with stage(snakemake) as job:
        assert len(set(job.provenance["inputs"].values())) == 2


def test_log_lines_and_warnings_go_to_the_log_of_the_rule(snakemake, tmp_path):
    with stage(snakemake) as job, warnings.catch_warnings():
        warnings.simplefilter("always")
        job.log.info("fitted %d voxels", 7)
        warnings.warn("odd", UserWarning, stacklevel=1)

    text = (tmp_path / "job.log").read_text()
    assert "fitted 7 voxels" in text
    assert "odd" in text


def test_every_job_computes_on_one_thread(snakemake):
    np.ones((2, 2)) @ np.ones((2, 2))  # loads the linear algebra

    with stage(snakemake):
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        assert {os.environ[name] for name in THREAD_VARIABLES} == {"1"}


def test_what_is_refused_is_told_in_one_message_and_status_1(
    snakemake, tmp_path, capsys
):
    with pytest.raises(SystemExit) as ended, stage(snakemake):
        raise DataError("a.tsv: 3 rows have no id. Give them ids.")

    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith("boldwise: a.tsv: 3 rows have no id. Give them ids.\n")
    assert "in rule fit_encoder (subject=01), reading 'results/s/a.h5'" in told
    assert "Traceback" not in told
    assert "3 rows have no id" in (tmp_path / "job.log").read_text()


def test_a_defect_keeps_its_traceback_and_names_the_job(snakemake, tmp_path):
    with pytest.raises(IndexError) as raised, stage(snakemake):
        [][0]

    assert "in rule fit_encoder (subject=01)" in raised.value.__notes__[0]
    assert "Traceback" in (tmp_path / "job.log").read_text()


def test_a_job_without_wildcards_or_inputs_is_named_all_the_same(snakemake, capsys):
    snakemake.wildcards, snakemake.input = Named(), Named()

    with pytest.raises(SystemExit), stage(snakemake):
        raise DataError("wrong.")

    assert "in rule fit_encoder, reading nothing" in capsys.readouterr().err


def test_the_log_of_an_earlier_run_is_replaced(snakemake, tmp_path):
    (tmp_path / "job.log").write_text("old\n")

    with stage(snakemake):
        pass

    assert (tmp_path / "job.log").read_text() == ""


@pytest.mark.parametrize("number", [*FULL, *BARRED])
def test_a_full_or_barred_disk_is_told_in_one_message(snakemake, capsys, number):
    with pytest.raises(SystemExit) as ended, stage(snakemake):
        raise OSError(number, os.strerror(number), "results/s/b.tsv")

    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith("boldwise: results/s/b.tsv: ")
    assert ("Make room" in told) == (number in FULL)
    assert ("The folder is read-only or somebody else's" in told) == (number in BARRED)


def test_a_job_that_is_told_to_end_says_so_and_tidies_up(snakemake, tmp_path, capsys):
    tidied = []
    before = signal.getsignal(signal.SIGTERM)

    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            tidied.append(True)

    with pytest.raises(SystemExit) as ended, stage(snakemake):
        work()

    assert ended.value.code == 143
    assert tidied == [True]
    assert "ended from outside (SIGTERM): its time was up" in capsys.readouterr().err
    assert "with more `runtime`" in (tmp_path / "job.log").read_text()
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.fixture
def script(snakemake, tmp_path):
    """Write the script of the rule, and plan its job."""
    path = tmp_path / "scripts/fit_encoder.py"
    path.parent.mkdir()
    path.write_text('"""Nothing."""\n')
    snakemake.params = Named(alpha=2, code=code_of(path) + "of-the-extractor")
    return path


def test_a_job_whose_code_stays_is_let_through(snakemake, script, capsys):
    with stage(snakemake):
        pass

    assert capsys.readouterr().err == ""


def test_a_job_whose_code_changes_while_it_runs_is_refused(snakemake, script, capsys):
    with pytest.raises(SystemExit), stage(snakemake):
        script.write_text('"""Something."""\n')

    told = capsys.readouterr().err
    assert "fit_encoder.py: its code, or what it imports, changed while snak" in told
    assert "nobody could say which code made these files. Run snakemake again" in told

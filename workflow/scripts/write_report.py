"""All stores, tables and figures -> one page. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import write_page
from boldwise.io.study_results import read_study
from boldwise.provenance import PACKAGE
from boldwise.reporting.page import build_page
from boldwise.reporting.reproducibility import find_commit, find_versions
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    study = read_study(job.input, job.params.individuals)

    page = build_page(
        study,
        job.params.config,
        versions=find_versions(),
        commit=find_commit(PACKAGE),
    )

    write_page(job.output.page, page)
    job.log.info("%d figures, %d bytes", len(study.figures), len(page.encode()))

"""Decoded categories -> confusion matrices. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figure
from boldwise.io.identification_stores import read_all_identifications
from boldwise.io.records import read_split
from boldwise.io.subject_results import sum_confusions
from boldwise.reporting.confusion import draw_confusions
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    found = read_all_identifications(job.input.identification, split)

    figure = draw_confusions(*sum_confusions(found))

    save_figure(job.output.confusions, figure)
    job.log.info("%s", figure.get_label())

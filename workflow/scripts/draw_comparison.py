"""Tables of scores and shuffles -> encoders side by side. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figure
from boldwise.io.records import read_split
from boldwise.io.subject_results import read_score_table, read_shuffled
from boldwise.reporting.comparison import draw_comparison, ranges_of_shuffles
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, table = read_split(job.input.split), read_score_table(job.input.table)
    shuffled = read_shuffled(job.input.shuffled, split)

    ranges = ranges_of_shuffles(shuffled, individuals=job.params.individuals)
    figure = draw_comparison(table, ranges, controls=job.params.controls)

    save_figure(job.output.comparison, figure)
    job.log.info("%s", figure.get_label())

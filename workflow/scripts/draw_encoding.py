"""Scores of one subject -> maps, scatter, penalties, ceilings. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures, write_page
from boldwise.io.records import read_split
from boldwise.io.subject_results import read_score_table, read_subject_results
from boldwise.reporting.ceilings import draw_ceilings
from boldwise.reporting.interactive import view_accuracy
from boldwise.reporting.maps import draw_accuracy_map
from boldwise.reporting.penalties import draw_penalties
from boldwise.reporting.scatter import draw_score_against_ceiling
from boldwise.reporting.scores_table import best_model
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    given, space, least = job.input, job.params.space, job.params.min_ceiling
    table, split = read_score_table(given.table), read_split(given.split)
    found = read_subject_results(given.ceiling, given.scores, given.encoders, split)
    best = best_model(table, subject=job.wildcards.subject)
    significant = found.significant(job.params.q)
    map_of_best = (found.r[best], significant[best], found.voxels)
    ceiling, rois = found.noise_ceiling, found.voxels.roi

    figures = {
        "accuracy_map": draw_accuracy_map(*map_of_best, space=space),
        "score_against_ceiling": draw_score_against_ceiling(
            found.r, ceiling, rois, min_ceiling=least
        ),
        "penalties": draw_penalties(found.alphas, found.penalties, significant),
        "ceilings": draw_ceilings(ceiling, found.null_noise_ceiling, rois),
    }
    view = view_accuracy(*map_of_best, space=space, title=f"{best}: r")

    save_figures(job.output, figures)
    write_page(job.output.interactive_map, view)

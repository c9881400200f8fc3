"""The page of the tiny study, with every figure drawn for real."""

from pathlib import Path
from types import SimpleNamespace

from tiny_quality import tiny_quality
from tiny_study import SUBJECTS, TinyStudy, write_tiny_study

from boldwise.io.figure_files import save_figures, write_page
from boldwise.io.identification_stores import read_all_identifications
from boldwise.io.records import open_stimuli, read_split
from boldwise.io.score_stores import read_seen
from boldwise.io.study_results import read_study
from boldwise.io.subject_results import (
    pool_curves,
    read_ranks,
    read_recovery,
    read_score_table,
    read_shuffled,
    read_subject_results,
    sum_confusions,
)
from boldwise.reporting.ceilings import draw_ceilings
from boldwise.reporting.comparison import draw_comparison, ranges_of_shuffles
from boldwise.reporting.confusion import draw_confusions
from boldwise.reporting.decoder_bars import draw_decoder_bars
from boldwise.reporting.interactive import view_accuracy
from boldwise.reporting.maps import draw_accuracy_map
from boldwise.reporting.page import build_page
from boldwise.reporting.penalties import draw_penalties
from boldwise.reporting.pool_curve import draw_pool_curves
from boldwise.reporting.quality_figures import draw_quality
from boldwise.reporting.ranks import draw_ranks
from boldwise.reporting.scatter import draw_score_against_ceiling
from boldwise.reporting.split_layout import draw_split_layout
from boldwise.reporting.stimuli import draw_stimuli
from boldwise.reporting.truth import draw_recovery

SPACE = "MNI152NLin2009cAsym"


def build_real_page(root: Path, checkout: Path) -> Path:
    """Write stores, figures and the report.

    Parameters
    ----------
    root : path
        Becomes the folder of the results.
    checkout : path
        Holds ``workflow/report``.

    Returns
    -------
    page : path
    """
    tiny = write_tiny_study(root)
    split = read_split(root / "splits/main.h5")
    _draw_split(tiny, split)
    for subject in SUBJECTS:
        _draw_subject(tiny, split, subject)
    columns, normalised = read_recovery(
        root / "truth/recovery.h5", root / "truth/recovery.tsv"
    )
    figure = draw_recovery(**columns, normalised=normalised)
    save_figures(_paths(root / "figures", recovery="png"), {"recovery": figure})
    captions = sorted((checkout / "workflow/report").glob("*.rst"))
    recipe = checkout / "src/boldwise/features/backends/tiny_clip/recipe.json"
    study = read_study(tiny.inputs(captions=captions, recipe=[recipe]), SUBJECTS)
    html = build_page(study, tiny.config, versions={"numpy": "2"}, commit="abc")
    write_page(root / "report.html", html)
    return root / "report.html"


def _draw_split(tiny: TinyStudy, split) -> None:
    found = read_all_identifications(
        tiny.files("identification/main/kinds/*.h5"), split
    )
    ranked = tiny.files("identification/main/reader/*.h5")
    shuffled = read_shuffled(tiny.files("shuffled/main/*/*.h5"), split)
    ranges = ranges_of_shuffles(shuffled, individuals=SUBJECTS)
    with open_stimuli(tiny.root / "stimuli.h5") as stimuli:
        shown = draw_stimuli(stimuli)
    figures = {
        "stimuli": shown,
        "split_layout": draw_split_layout(
            split, read_seen(tiny.files("responses/*.h5"))
        ),
        "comparison": draw_comparison(
            read_score_table(tiny.root / "scores/main/scores.tsv"), ranges
        ),
        "ranks": draw_ranks(*read_ranks(ranked, split)),
        "pool_curves": draw_pool_curves(
            pool_curves(read_all_identifications(ranked, split))
        ),
        "decoder_controls": draw_decoder_bars(read_all_identifications(ranked, split)),
        "confusions": draw_confusions(*sum_confusions(found)),
    }
    kinds = dict.fromkeys(figures, "svg") | {"stimuli": "png"}
    save_figures(_paths(tiny.root / "figures/main", **kinds), figures)


def _draw_subject(tiny: TinyStudy, split, subject: str) -> None:
    results = read_subject_results(
        tiny.root / f"ceilings/main/sub-{subject}.h5",
        tiny.files(f"scores/main/*/sub-{subject}.h5"),
        tiny.files(f"encoders/main/*/sub-{subject}.h5"),
        split,
    )
    significant = results.significant(0.2)
    best = (results.r["words"], significant["words"], results.voxels)
    ceiling, rois = results.noise_ceiling, results.voxels.roi
    figures = {
        "accuracy_map": draw_accuracy_map(*best, space=SPACE),
        "score_against_ceiling": draw_score_against_ceiling(
            results.r, ceiling, rois, min_ceiling=0.1
        ),
        "penalties": draw_penalties(results.alphas, results.penalties, significant),
        "ceilings": draw_ceilings(ceiling, results.null_noise_ceiling, rois),
    }
    folder = tiny.root / "figures/main"
    kinds = {"accuracy_map": "png", "score_against_ceiling": "png"}
    kinds |= {"penalties": "svg", "ceilings": "svg"}
    save_figures(_paths(folder, prefix=f"sub-{subject}_", **kinds), figures)
    drawn = draw_quality(tiny_quality())
    save_figures(
        _paths(
            tiny.root / "figures",
            prefix=f"sub-{subject}_",
            **dict.fromkeys(drawn, "png"),
        ),
        drawn,
    )
    view = view_accuracy(*best, space=SPACE, title="words: r")
    write_page(folder / f"sub-{subject}_interactive_map.html", view)


def _paths(folder: Path, *, prefix: str = "", **kinds: str) -> SimpleNamespace:
    return SimpleNamespace(
        **{name: folder / f"{prefix}{name}.{kind}" for name, kind in kinds.items()}
    )

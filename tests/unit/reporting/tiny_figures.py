"""A small picture for each figure of the tiny study, and a caption for each kind."""

from pathlib import Path

from tiny_study import HOSTILE, SUBJECTS

from boldwise.io.figure_files import save_figure, write_page
from boldwise.reporting.style import describe, new_figure

FIGURES = (
    *("main/stimuli.png", "main/split_layout.svg", "main/comparison.svg"),
    *("main/ranks.svg", "main/pool_curves.svg", "main/confusions.svg", "recovery.png"),
    "main/decoder_controls.svg",
    *(
        f"main/sub-{subject}_{name}"
        for subject in SUBJECTS
        for name in (
            *("accuracy_map.png", "score_against_ceiling.png", "penalties.svg"),
            *("ceilings.svg", "interactive_map.html"),
        )
    ),
    *(
        f"sub-{subject}_quality_{name}.png"
        for subject in SUBJECTS
        for name in ("series", "voxel_maps", "design", "responses")
    ),
)


def write_tiny_figures(root: Path) -> None:
    """Write a small picture for each figure, and a caption for each kind.

    Parameters
    ----------
    root : path
        Folder of the results.
    """
    for path in FIGURES:
        name = Path(path).stem.partition("_")[2] if "sub-" in path else Path(path).stem
        caption = f"**What it shows.** A {name} of {{{{ snakemake.wildcards.split }}}}."
        (root / "captions").mkdir(exist_ok=True)
        (root / f"captions/{name}.rst").write_text(caption)
        if path.endswith(".html"):
            write_page(root / "figures" / path, f"<p>view of {path}</p>")
        else:
            figure = describe(new_figure(1, 1), f"Picture {path} {HOSTILE}")
            save_figure(root / "figures" / path, figure)

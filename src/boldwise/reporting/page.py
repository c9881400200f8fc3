"""One page that holds everything: records in, HTML out."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from boldwise.reporting.blocks import Section, Text
from boldwise.reporting.controls import with_controls
from boldwise.reporting.headline import headline_section
from boldwise.reporting.quality_section import quality_section
from boldwise.reporting.sections import (
    accuracy_section,
    ceiling_section,
    overview_section,
    penalty_section,
    split_section,
)
from boldwise.reporting.sections_adaptation import adaptation_section
from boldwise.reporting.sections_attention import attention_section
from boldwise.reporting.sections_features import (
    category_check_section,
    feature_methods,
    stimuli_section,
)
from boldwise.reporting.sections_gallery import gallery_section
from boldwise.reporting.sections_known import (
    methods_section,
    reproducibility_section,
    tiny_clip_section,
    truth_section,
)
from boldwise.reporting.sections_layers import layer_section
from boldwise.reporting.sections_models import (
    comparison_section,
    identification_section,
)
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study

TEMPLATE, STYLE = "report.html", "report.css"


def build_page(
    study: Study, config: Mapping[str, Any], *, versions: Mapping[str, str], commit: str
) -> str:
    """Build the report of a study.

    Parameters
    ----------
    study : Study
    config : mapping
        The checked config with its defaults, as plain values.
    versions : mapping of package to str
    commit : str

    Returns
    -------
    html : str
        A whole page; nothing in it is fetched from elsewhere. Equal input gives equal
        text.
    """
    sections = build_sections(study, config, versions=versions, commit=commit)
    return render_page(sections, title=str(config["dataset"]["name"]))


def build_sections(
    study: Study, config: Mapping[str, Any], *, versions: Mapping[str, str], commit: str
) -> list[Section]:
    """Build all sections that have something to say.

    Parameters
    ----------
    study : Study
    config : mapping
    versions : mapping of package to str
    commit : str

    Returns
    -------
    sections : list of Section
        In the order of the page. Figures are embedded in this order, too, while
        there is room.
    """
    study = with_controls(study, config["encoders"])
    shelf = Shelf(study)
    build = _with_brains if study.subjects else _without_brains
    sections = build(study, config, shelf)
    again = reproducibility_section(study, config, versions=versions, commit=commit)
    if shelf.left_out:
        again.blocks.append(
            Text(
                [
                    f"{len(shelf.left_out)} figures are left out of this page, which "
                    "would grow too large with them; they lie beside it: "
                    f"{', '.join(shelf.left_out)}."
                ]
            )
        )
    sections.append(again)
    return [section for section in sections if section.blocks]


def _with_brains(
    study: Study, config: Mapping[str, Any], shelf: Shelf
) -> list[Section]:
    sections = [
        headline_section(study, q=config["evaluation"]["q"]),
        overview_section(study, shelf, left_out=config.get("left_out", {})),
        quality_section(study, shelf),
        split_section(study, shelf),
        ceiling_section(study, shelf, min_ceiling=config["evaluation"]["min_ceiling"]),
        accuracy_section(study, shelf),
        penalty_section(study, shelf),
        layer_section(study, shelf),
        category_check_section(study, shelf),
        comparison_section(study, shelf),
        attention_section(study, shelf),
        identification_section(study, shelf, decoders=config["decoders"]),
        gallery_section(study, shelf),
        adaptation_section(study, shelf),
        truth_section(study, shelf),
    ]
    if study.tiny_clip:
        sections.append(tiny_clip_section(study.tiny_clip))
    return [*sections, methods_section(study, config)]


def _without_brains(
    study: Study, config: Mapping[str, Any], shelf: Shelf
) -> list[Section]:
    """Build what can be said of stimuli that nobody was measured with."""
    sections = [stimuli_section(study, shelf), category_check_section(study, shelf)]
    if study.tiny_clip:
        sections.append(tiny_clip_section(study.tiny_clip))
    return [*sections, feature_methods(config)]


def render_page(sections: list[Section], *, title: str) -> str:
    """Write sections as one page of HTML; all text is escaped.

    Parameters
    ----------
    sections : list of Section
    title : str

    Returns
    -------
    html : str
    """
    environment = Environment(
        loader=PackageLoader("boldwise.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("boldwise.reporting").joinpath("templates", STYLE).read_text("utf-8")
    return environment.get_template(TEMPLATE).render(
        sections=sections, title=title, style=Markup(style)
    )

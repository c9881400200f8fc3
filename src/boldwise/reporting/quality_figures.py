"""All pictures of the quality of one subject's data."""

from matplotlib.figure import Figure

from boldwise.reporting.quality import SubjectQuality
from boldwise.reporting.quality_design import draw_design
from boldwise.reporting.quality_maps import draw_maps
from boldwise.reporting.quality_responses import draw_responses
from boldwise.reporting.quality_series import draw_series


def draw_quality(quality: SubjectQuality) -> dict[str, Figure]:
    """Draw all that is known of a subject.

    Parameters
    ----------
    quality : SubjectQuality

    Returns
    -------
    figures : dict of matplotlib.figure.Figure
        ``quality_responses``, and with time series ``quality_series``,
        ``quality_voxel_maps`` and ``quality_design``.
    """
    figures = {"quality_responses": draw_responses(quality)}
    if quality.series is not None:
        figures |= {
            "quality_series": draw_series(quality.series),
            "quality_voxel_maps": draw_maps(quality),
            "quality_design": draw_design(quality.series),
        }
    return figures

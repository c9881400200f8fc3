"""Sentences on low-level feature spaces, for the methods text."""

from collections.abc import Callable, Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]


def _gabor(space: Options, sources: Bibliography) -> str:
    cycles = ", ".join(f"{value:g}" for value in space["cycles_per_image"])
    return (
        f"energy of Gabor filters {sources.cite('kay2008')} at {cycles} cycles per "
        f"image and {space['n_orientations']} orientations"
    )


def _colour(space: Options, sources: Bibliography) -> str:
    cells = space["grid"]
    return f"luminance and colour statistics in {cells} × {cells} cells"


def _pixels(space: Options, sources: Bibliography) -> str:
    axes = "L*a*b*" if space["colour"] else "lightness"
    return f"pixels of the picture at {space['size']} × {space['size']}, in CIE {axes}"


def _hog(space: Options, sources: Bibliography) -> str:
    return (
        f"histograms of oriented gradients {sources.cite('dalal2005')} with "
        f"{space['n_orientations']} orientations in {space['cells']} × "
        f"{space['cells']} cells"
    )


def _spectrum(space: Options, sources: Bibliography) -> str:
    return (
        f"slope of the amplitude spectrum {sources.cite('torralba2003')} and contrast "
        f"by octave in {space['n_orientations']} bands of orientation"
    )


def _motion(space: Options, sources: Bibliography) -> str:
    cycles = ", ".join(f"{value:g}" for value in space["cycles_per_image"])
    speeds = ", ".join(f"{value:g}" for value in space["temporal_hz"])
    return (
        f"motion energy {sources.cite('nishimoto2011')} at {cycles} cycles per image, "
        f"{speeds} Hz and {space['n_directions']} directions"
    )


LOW_LEVEL_KINDS: dict[str, Callable[[Options, Bibliography], str]] = {
    "gabor_pyramid": _gabor,
    "colour_statistics": _colour,
    "pixels": _pixels,
    "hog": _hog,
    "spectral_slope": _spectrum,
    "motion_energy": _motion,
}

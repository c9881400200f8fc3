"""What the methods text says about the way from raw runs to preprocessed ones."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]


def describe_preprocessing(dataset: Options, sources: Bibliography) -> str:
    """Describe how raw runs were preprocessed.

    Parameters
    ----------
    dataset : mapping
        The ``dataset`` section of the config, as plain values.
    sources : Bibliography
        Gets what is cited.

    Returns
    -------
    text : str
        Empty where the data came preprocessed.
    """
    chosen = dataset.get("preprocessing", {"kind": "none"})
    if chosen["kind"] == "fmriprep":
        return (
            f"Raw runs were preprocessed by fMRIPrep {chosen['version']} "
            f"{sources.cite('esteban2019')}, which writes its own description; "
            f"responses were read from the space {chosen['output_spaces'][0]}."
        )
    return _builtin(chosen, sources) if chosen["kind"] == "builtin" else ""


def _builtin(chosen: Options, sources: Bibliography) -> str:
    said = []
    if chosen["realign"]:
        said.append(
            "Motion was estimated on the runs as scanned, by rigid registration of "
            "every volume to one reference per subject (SimpleITK, mean squared "
            f"difference {sources.cite('lowekamp2013')})."
        )
    if chosen["slice_timing"]:
        said.append(
            "Slices were shifted to the middle of the repetition time by quintic "
            "splines."
        )
    if chosen["realign"]:
        said.append("Volumes were resampled once, by cubic splines.")
    said.append(
        "Framewise displacement and DVARS are those of Power et al. "
        f"{sources.cite('power2012')}; brain masks come from the histogram of the mean "
        f"image {sources.cite('abraham2014')}."
    )
    if chosen["smooth_mm"]:
        said.append(f"Runs were smoothed by a Gaussian of {chosen['smooth_mm']:g} mm.")
    return " ".join(said)

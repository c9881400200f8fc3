"""What the methods text says about the alignment of subjects."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

CITED = {
    "procrustes": "schonemann1966",
    "hyperalignment": "haxby2011",
    "shared_response": "chen2015",
    "optimal_transport": "bazeille2019",
}
SAID = {
    "anatomical": "the mean of the others, voxel by voxel",
    "procrustes": "the rotation of each other subject's voxel space onto the subject's",
    "ridge": "ridge regression from each other subject's voxels to the subject's, one "
    "penalty for all chosen in inner folds",
    "optimal_transport": "soft matching of voxels by optimal transport",
    "shared_response": "a deterministic shared response model of the others",
    "hyperalignment": "generalised hyperalignment of the others",
}


def describe_alignments(
    decoders: Mapping[str, Mapping[str, Any]], sources: Bibliography
) -> list[str]:
    """Say how subjects were brought together before a stimulus was identified.

    Parameters
    ----------
    decoders : mapping
        Entries of the config with ``kind``.
    sources : Bibliography

    Returns
    -------
    sentences : list of str
        Empty where nothing is aligned by function.
    """
    said = []
    for name, one in decoders.items():
        alignment = one.get("alignment", {"kind": "anatomical"})
        steps = _steps(alignment, sources)
        if steps:
            said.append(f"'{name}': {', '.join(steps)}")
    if not said:
        return []
    return [
        "Subjects were brought together on the training stimuli of each fold that all "
        f"of them saw, centred by their means there ({'; '.join(said)})."
    ]


def _steps(alignment: Mapping[str, Any], sources: Bibliography) -> list[str]:
    kind = alignment["kind"]
    ridge, whiten = alignment.get("readout") == "ridge", alignment.get("whiten", False)
    if kind == "anatomical" and not ridge and not whiten:
        return []
    cited = f" {sources.cite(CITED[kind])}" if kind in CITED else ""
    step = SAID[kind] + cited
    if "n_components" in alignment:
        step += f" with {alignment['n_components']} components"
    if alignment.get("n_parcels", 1) > 1:
        step += f" within each of {alignment['n_parcels']} parcels"
    steps = [step]
    steps += ["into which the subject came by ridge regression"] * ridge
    if whiten:
        steps.append(
            "whitened by its covariance over these stimuli, shrunk as by Ledoit and "
            f"Wolf {sources.cite('ledoit2004')}"
        )
    return steps

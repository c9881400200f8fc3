"""Small files of every kind, written as other programs write them."""

import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for derivatives.py


class Files:
    """Writes files below a folder, and not with the code under test."""

    shape = (4, 3, 2)
    affine = np.diag([3.0, 3.0, 3.5, 1.0])
    n_volumes = 60
    tr_s = 2.0

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        self.folder = folder
        self.rng = rng

    def text(self, name, *lines, encoding="utf-8"):
        """Write lines of text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    def nifti(self, name, data, *, affine=None, tr_s=tr_s, unit="sec"):
        """Write with nibabel itself."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = nib.Nifti1Image(data, self.affine if affine is None else affine)
        if data.ndim == 4:
            image.header.set_zooms((*image.header.get_zooms()[:3], tr_s))
            image.header.set_xyzt_units("mm", unit)
        nib.save(image, path)
        return path

    def bold(self, name, *, n_volumes=n_volumes, **about):
        """Write a run of noise around 1000."""
        data = self.rng.normal(1000, 10, size=(*self.shape, n_volumes))
        return self.nifti(name, data.astype(np.float32), **about)

    def mask(self, name, rows, **about):
        """Write a mask of some rows of the volume."""
        data = np.zeros(self.shape, np.uint8)
        data[rows] = 1
        return self.nifti(name, data, **about)

    def events(self, name, *rows, columns=("onset", "duration", "stimulus_id")):
        """Write rows of events, as BIDS does."""
        lines = ["\t".join(str(value) for value in row) for row in (columns, *rows)]
        return self.text(name, *lines)

    def motion(self, name, *, n_volumes=n_volumes):
        """Write six motion parameters, as fMRIPrep does."""
        names = [f"{kind}_{axis}" for kind in ("trans", "rot") for axis in "xyz"]
        rows = self.rng.normal(size=(n_volumes, 6))
        lines = ["\t".join(f"{x:.6f}" for x in row) for row in rows]
        return self.text(name, "\t".join(names), *lines)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def files(tmp_path, rng):
    return Files(tmp_path, rng)


@pytest.fixture
def fmriprep(tmp_path, rng):
    """Give a writer of fMRIPrep's derivatives."""
    from derivatives import Derivatives

    return Derivatives(tmp_path, rng)


@pytest.fixture
def bold_fields(files):
    """Write two whole and sound runs of one subject; tests break one thing each."""
    for run in ("01", "02"):
        files.bold(f"sub-s1_run-{run}_bold.nii.gz")
        rows = [(6 + 20 * i, 3, f"{'abcde'[i]}-{run}") for i in range(5)]
        files.events(f"sub-s1_run-{run}_events.tsv", *rows)
        files.motion(f"sub-s1_run-{run}_confounds.tsv")
        sidecar = {"RepetitionTime": files.tr_s, "StartTime": 0.9}
        files.text(f"sub-s1_run-{run}_bold.json", json.dumps(sidecar))
    files.mask("sub-s1_mask.nii.gz", slice(1, 3))
    files.mask("sub-s1_region.nii.gz", 2)
    return {
        "root": str(files.folder),
        "runs": ["01", "02"],
        "bold": "sub-{subject}_run-{run}_bold.nii.gz",
        "events": "sub-{subject}_run-{run}_events.tsv",
        "confounds": "sub-{subject}_run-{run}_confounds.tsv",
        "mask": "sub-{subject}_mask.nii.gz",
        "rois": {"region": "sub-{subject}_region.nii.gz"},
        "stimulus_id": "{stimulus_id}",
        "space": "native",
    }

"""Derivatives as fMRIPrep writes them, small, and not by the code under test."""

import json
from itertools import pairwise
from pathlib import Path

import nibabel as nib
import numpy as np

AFFINE = np.array([[-3.0, 0, 0, 9], [0, 3, 0, -4], [0, 0, 3.5, 1], [0, 0, 0, 1]])
SHAPE = (4, 3, 2)
MESH = {"L": 30, "R": 32}
TR_S = 2.0
N_VOLUMES = 60
MOTION = [f"{kind}_{axis}" for kind in ("trans", "rot") for axis in "xyz"]
STRUCTURE = {"L": "CortexLeft", "R": "CortexRight"}


def brain_axis():
    """Build a small CIFTI axis: both cortices with a hole, and a thalamus."""
    axes = nib.cifti2.BrainModelAxis
    left, right = (np.ones(MESH[side], bool) for side in "LR")
    left[3], right[[0, 5]] = False, False
    voxels = np.zeros(SHAPE, bool)
    voxels[1:3, 1] = True
    return (
        axes.from_mask(left, name="cortex_left")
        + axes.from_mask(right, name="cortex_right")
        + axes.from_mask(voxels, name="thalamus_left", affine=AFFINE)
    )


class Derivatives:
    """Writes runs below ``derivatives/fmriprep``, and events below ``raw``."""

    def __init__(self, folder, rng):
        self.root, self.raw, self.rng = folder / "derivatives", folder / "raw", rng
        about = {"Name": "test", "BIDSVersion": "1.9.0"}
        made = [{"Name": "fMRIPrep", "Version": "24.1.1"}]
        self._json(
            self.root / "dataset_description.json",
            {**about, "DatasetType": "derivative", "GeneratedBy": made},
        )
        self._json(
            self.raw / "dataset_description.json", {**about, "DatasetType": "raw"}
        )

    def stem(self, root, run="1", *, subject="01", session=None, task="view"):
        """Name a run without its suffix, in its folder."""
        session = f"ses-{session}" if session else ""
        folder = root.joinpath(f"sub-{subject}", session, "func")
        folder.mkdir(parents=True, exist_ok=True)
        labels = [f"sub-{subject}", session, f"task-{task}", run and f"run-{run}"]
        return folder / "_".join(filter(None, labels))

    def run(self, form, run="1", *, tr_s=TR_S, n_volumes=N_VOLUMES, **labels):
        """Write series, sidecar, confounds and events of one run."""
        stem = self.stem(self.root, run, **labels)
        getattr(self, form)(stem, n_volumes=n_volumes, tr_s=tr_s)
        self.confounds(stem, n_volumes=n_volumes)
        self.events(run, **labels)
        return stem

    def volume(self, stem, *, n_volumes=N_VOLUMES, tr_s=TR_S, space="T1w", extra=""):
        """Write a NIfTI series, its sidecar and its brain mask."""
        data = self._noise(*SHAPE, n_volumes)
        image = nib.Nifti1Image(data, AFFINE)
        image.header.set_zooms((3, 3, 3.5, tr_s))
        image.header.set_xyzt_units("mm", "sec")
        name = f"{stem}{extra}_space-{space}"
        nib.save(image, f"{name}_desc-preproc_bold.nii.gz")
        self.sidecar(f"{name}_desc-preproc_bold.json", tr_s=tr_s)
        mask = np.zeros(SHAPE, np.uint8)
        mask[1:] = 1
        nib.save(nib.Nifti1Image(mask, AFFINE), f"{name}_desc-brain_mask.nii.gz")
        return data

    def surface(self, stem, *, n_volumes=N_VOLUMES, tr_s=TR_S, space="fsaverage5"):
        """Write GIfTI series of both hemispheres: an array per volume."""
        for side, n_vertices in MESH.items():
            data = self._noise(n_vertices, n_volumes)
            data[2] = 0  # the medial wall
            data[4, 9] = np.nan
            name = f"{stem}_hemi-{side}_space-{space}_bold"
            write_gifti(f"{name}.func.gii", data.T, side, intent="TIME_SERIES")
            self.sidecar(f"{name}.json", tr_s=tr_s)

    def cifti(self, stem, *, n_volumes=N_VOLUMES, tr_s=TR_S):
        """Write a dtseries of both cortices and a thalamus."""
        axis = brain_axis()
        series = nib.cifti2.SeriesAxis(0, tr_s, n_volumes)
        data = self._noise(n_volumes, len(axis))
        name = f"{stem}_space-fsLR_den-91k_bold"
        nib.save(nib.Cifti2Image(data, header=(series, axis)), f"{name}.dtseries.nii")
        self.sidecar(f"{name}.json", tr_s=tr_s)
        return data

    def sidecar(self, path, *, tr_s=TR_S, **other):
        """Write what fMRIPrep says of the time of a series."""
        about = {"RepetitionTime": tr_s, "SliceTimingCorrected": True}
        self._json(path, {**about, "StartTime": round(0.49 * tr_s, 3), **other})

    def confounds(self, stem, *, n_volumes=N_VOLUMES, non_steady=2):
        """Write the columns of fMRIPrep's table that matter, and their sidecar."""
        columns = {}
        for name in MOTION:
            values = np.cumsum(self.rng.normal(0, 0.01, n_volumes))
            change = np.append(np.nan, np.diff(values))
            columns |= {
                name: values,
                f"{name}_derivative1": change,
                f"{name}_power2": values**2,
                f"{name}_derivative1_power2": change**2,
            }
        plain = ("global_signal", "csf", "white_matter")
        components = [f"a_comp_cor_{i:02d}" for i in range(8)]
        for name in (*plain, "cosine00", "cosine01", *components):
            columns[name] = self.rng.normal(size=n_volumes)
        for name, scale in (("framewise_displacement", 0.2), ("std_dvars", 0.5)):
            values = np.abs(self.rng.normal(0, scale, n_volumes))
            columns[name] = np.append(np.nan, values[1:])
        for i in range(non_steady):
            name = f"non_steady_state_outlier{i:02d}"
            columns[name] = (np.arange(n_volumes) == i).astype(float)
        write_tsv(f"{stem}_desc-confounds_timeseries.tsv", columns)
        masks = ["combined"] * 7 + ["CSF"]
        about = {
            name: {"Method": "aCompCor", "Mask": mask, "Retained": True}
            for name, mask in zip(components, masks, strict=True)
        }
        self._json(f"{stem}_desc-confounds_timeseries.json", about)
        return columns

    def events(self, run="1", *, onsets=range(10, 110, 10), **labels):
        """Write events of 3 s below the raw dataset."""
        stem = self.stem(self.raw, run, **labels)
        rows = [f"{onset}\t3\tscene-{onset}" for onset in onsets]
        text = "\n".join(["onset\tduration\tstimulus_id", *rows]) + "\n"
        stem.with_name(f"{stem.name}_events.tsv").write_text(text)

    def query(self, **changes):
        """Ask for what ``run`` writes."""
        asked = {"root": str(self.root), "raw": str(self.raw), "tasks": ["view"]}
        return {**asked, "space": "T1w", **changes}

    def _noise(self, *shape):
        return self.rng.normal(1000, 10, shape).astype(np.float32)

    def _json(self, path, content):
        path = self.root.parent / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))


def write_gifti(path, rows, side, *, intent="NONE", labels=None):
    """Write rows of values over the vertices of a hemisphere."""
    gifti = nib.gifti
    kind = "INT32" if labels else "FLOAT32"
    arrays = [
        gifti.GiftiDataArray(
            np.asarray(row, np.int32 if labels else np.float32),
            intent=f"NIFTI_INTENT_{intent}",
            datatype=f"NIFTI_TYPE_{kind}",
        )
        for row in rows
    ]
    about = {"AnatomicalStructurePrimary": STRUCTURE[side]}
    image = gifti.GiftiImage(darrays=arrays, meta=gifti.GiftiMetaData(about))
    for key, name in (labels or {}).items():
        label = gifti.GiftiLabel(key=key, red=0.1, green=0.2, blue=0.3, alpha=1)
        label.label = name
        image.labeltable.labels.append(label)
    nib.save(image, path)


def write_tsv(path, columns):
    """Write columns as fMRIPrep does: NaN is n/a."""
    rows = np.column_stack(list(columns.values()))
    lines = ["\t".join("n/a" if np.isnan(x) else f"{x:.9g}" for x in r) for r in rows]
    Path(path).write_text("\n".join(["\t".join(columns), *lines]) + "\n")


def segments(kept):
    """Lengths of the stretches of a mask that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(int), [0]])))
    return [stop - start for start, stop in pairwise(edges)][::2]

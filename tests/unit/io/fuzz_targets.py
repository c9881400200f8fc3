"""Readers of files that others write, each with small files that it can read.

Used by the tests of this folder (short, the same each time) and by ``tools/fuzz.py``
(long, different each time).
"""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from boldwise.errors import BoldwiseError
from boldwise.io.confounds import read_columns
from boldwise.io.events import read_events
from boldwise.io.foreign import read_fields
from boldwise.io.given_features import read_given_features
from boldwise.io.grids import read_any_grid, read_columns_of, voxels_of
from boldwise.io.matrices import read_matrix
from boldwise.io.raw_sidecars import read_raw_sidecar
from boldwise.io.stimulus_ids import IdRule
from boldwise.io.stores import open_store, write_store
from boldwise.io.text_grids import read_transcript
from boldwise.settings.files import read_config

EVENTS = (
    "onset\tduration\ttrial_type\tstimulus_id\n0\t1\tface\ta.png\n4.5\tn/a\t\tn/a\n"
)
GRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "word"
        xmin = 0
        xmax = 2
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 1
            text = ""
        intervals [2]:
            xmin = 1
            xmax = 2
            text = "Grüße"
"""
SHORT = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n2\n<exists>\n1\n'
    '"IntervalTier"\n"word"\n0\n2\n1\n0\n2\n"a"\n'
)
CONFIG = """dataset:
  name: a
  kind: simulated
  subjects: ["01", "02"]
left_out: {"02": "moved"}
splits: {s: {kind: shared_images}}
feature_spaces:
  g: {kind: gabor_pyramid, cycles_per_image: [3.0], grid: [4]}
  w: {kind: tfidf}
encoders: {e: {kind: ridge, features: [g], penalties: {n: 5}}}
decoders: {d: {kind: ridge, target: w}}
evaluation: {n_permutations: 50}
"""
WORDS = [
    *(b"nan", b"inf", b"-1", b"1e999", b"n/a", b"\t", b"\n", b"\r", b'"', b"{", b"["),
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"&a", b"*a", b"!!python/object:os", b"%"),
    *(b"99999999999999999999", b"\x80", b"0x10", b"1_0", b": ", b"- ", b"~", b"<<: "),
]
TABLE = "stimulus_id,x,y\na,1,2.5\nb,n/a,-3e2\n"


@dataclass(frozen=True)
class Target:
    """A reader, the ending of its files, and bytes of files that it can read."""

    suffix: str
    seeds: tuple[bytes, ...]
    read: object

    def try_bytes(self, content: bytes) -> str:
        """Let it read what may be anything; give its refusal, or nothing.

        Anything but a refusal by boldwise leaves as the defect that it is.
        """
        with TemporaryDirectory() as folder:
            path = Path(folder, f"a{self.suffix}")
            path.write_bytes(content)
            try:
                self.read(path)
            except BoldwiseError as refusal:
                return str(refusal)
        return ""


def mutate(content, edits):
    """Change bytes of a file here and there."""
    found = bytearray(content)
    for share, kind, number, word in edits:
        place = int(share * max(0, len(found) - 1))
        if kind == "flip" and found:
            found[place] ^= number or 1
        elif kind == "cut":
            del found[place:]
        elif kind == "drop":
            del found[place : place + number % 16 + 1]
        elif kind == "add":
            found[place:place] = bytes([number]) * (number % 5 + 1)
        elif kind == "word":
            found[place:place] = word
        elif kind == "double":
            found[place:place] = found[place : place + number + 1]
    return bytes(found)


def _events(path):
    rule = IdRule()
    read_events(path, template="{stimulus_id}", labels={"run": "1"}, id_rule=rule)


def _store(path):
    with open_store(path, schema=None) as store:
        _ = store.attributes, [np.asarray(store[name]) for name in store.names]


def _image(path):
    grid = read_any_grid((path,))
    columns = np.ones(grid.shape[:3], bool)
    read_columns_of(grid, columns), voxels_of(grid, columns)


def _sidecar(path):
    read_raw_sidecar(path.with_suffix(".nii.gz"), path.parent)


def _bytes_of(suffix, write):
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        write(path)
        return path.read_bytes()


def _write_store(path):
    arrays = {"x": np.arange(6.0).reshape(2, 3), "ids": np.array(["a", "ä"])}
    write_store(path, arrays, schema="test", attributes={"a": [1, "b"]})


def _write_npz(path):
    np.savez(path, stimulus_id=np.array(["a", "b"]), feature=np.eye(2))


def _write_nifti(path):
    import nibabel

    image = nibabel.Nifti1Image(np.ones((2, 2, 2, 3), np.int16), np.eye(4))
    image.header.set_zooms((2, 2, 2, 1.5))
    nibabel.save(image, path)


def _write_matlab(path):
    from scipy.io import savemat

    savemat(path, {"data": np.eye(3), "s": {"x": np.array(["a", "b"], object)}})


@cache
def targets():
    """Every reader by its name."""
    nifti = _bytes_of(".nii", _write_nifti)
    matlab = _bytes_of(".mat", _write_matlab)
    return {
        "store": Target(".h5", (_bytes_of(".h5", _write_store),), _store),
        "events": Target(".tsv", (EVENTS.encode(),), _events),
        "textgrid": Target(
            ".TextGrid", (GRID.encode(), SHORT.encode()), read_transcript
        ),
        "transcript": Target(
            ".csv", (b"label,onset_s,offset_s\na,0,1\n",), read_transcript
        ),
        "config": Target(".yaml", (CONFIG.encode(),), read_config),
        "features-table": Target(".csv", (TABLE.encode(),), read_given_features),
        "features-npz": Target(
            ".npz", (_bytes_of(".npz", _write_npz),), read_given_features
        ),
        "nifti": Target(".nii", (nifti,), _image),
        "nifti-gz": Target(".nii.gz", (gzip.compress(nifti, mtime=0),), _image),
        "confounds": Target(".tsv", (b"trans_x\trot_x\nn/a\t0\n1\t2\n",), read_columns),
        "matrix": Target(".txt", (b"a b\n1 2\nn/a 3\n",), read_matrix),
        "npy": Target(
            ".npy", (_bytes_of(".npy", lambda p: np.save(p, np.eye(2))),), read_matrix
        ),
        "matlab": Target(".mat", (matlab,), lambda path: read_fields(path, ["data"])),
        "sidecar": Target(".json", (b'{"RepetitionTime": 2.0}',), _sidecar),
    }

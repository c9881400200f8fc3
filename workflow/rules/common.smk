# The checked config, and slices of it as options of jobs.
from importlib.util import find_spec
from pathlib import Path

from boldwise.features.backends.model_files import network_files
from boldwise.features.backends.text_source import text_files_of
from boldwise.features.registry import NETWORKS, extractor_of, is_network
from boldwise.io.paths import expand as expand_path
from boldwise.provenance import code_of
from boldwise.reporting.controls import controls_of
from boldwise.settings.attention import BY_TOKENS, TOGETHER, TRAINED
from boldwise.settings.config import load_config
from boldwise.settings.derivatives import map_names
from boldwise.settings.expansion import control_entries, entry_of, store_options
from boldwise.settings.feature_options import FITTED
from boldwise.settings.networks import OF_A_PASS
from boldwise.settings.new_subjects import AFTERWARDS
from boldwise.settings.raw_runs import (
    as_preprocessed,
    fmriprep_source,
    preprocessing_kind,
    raw_run,
    raw_source,
    reference_output,
    run_outputs,
    subject_outputs,
)
from boldwise.settings.recovery import encoders_by_population
from boldwise.settings.ridge_twins import ridges_beside
from boldwise.settings.sources import (
    response_files,
    response_source,
    stimulus_files,
    stimulus_source,
)
from boldwise.simulate.layout import DATASET_FILES, ROI_FILES, RUN_FILES

SETTINGS = load_config(config)
DATASET = SETTINGS.dataset
PREPROCESSED = as_preprocessed(DATASET)  # what responses are read from
PREPROCESSING = preprocessing_kind(DATASET)
RESULTS = f"results/{DATASET.name}"
SUBJECTS = DATASET.subjects
BRAINS = [*SUBJECTS, *(["group"] if getattr(DATASET, "group_subject", False) else [])]
CONTINUOUS = SETTINGS.responses.estimate == "timeseries"
MAIN_SPLIT = next(iter(SETTINGS.splits))
SIMULATED = DATASET.kind == "simulated" and bool(SETTINGS.encoders)
SPACES = SETTINGS.feature_spaces
ENTRIES = [name for name in SPACES if entry_of(SPACES, name) == name]  # have a store
FITTED_SPACES = [name for name in SPACES if not getattr(SPACES[name], "layers", [])]
GIVEN_SPACES = [name for name, space in SPACES.items() if space.kind == "given"]
GIVEN_VOLUMES = [name for name in SPACES if SPACES[name].kind == "given_volumes"]
NETWORK_SPACES = [name for name in ENTRIES if is_network(dict(SPACES[name]))]
EXTRACTED_SPACES = [
    name
    for name in ENTRIES
    if name not in [*GIVEN_SPACES, *GIVEN_VOLUMES, *NETWORK_SPACES]
]
BESIDE = ridges_beside(SETTINGS.encoders, SPACES)  # of trained encoders
SCRIPTS = Path(workflow.basedir, "workflow/scripts")


wildcard_constraints:
    subject=r"[A-Za-z0-9]+",
    split=r"[A-Za-z0-9-]+",
    space=r"[A-Za-z0-9-]+",
    encoder=r"[A-Za-z0-9-]+",
    decoder=r"[A-Za-z0-9-]+",
    session=r"[A-Za-z0-9-]+",
    run="|".join(getattr(DATASET, "runs", [])) or r"[A-Za-z0-9-]+",


def code(script):
    """Hash of a rule's script and of all that it imports from boldwise."""
    return code_of(SCRIPTS / f"{script}.py")


def options(part, name=None):
    """One slice of the checked config as plain values, for ``params``."""
    chosen = getattr(SETTINGS, part)
    chosen = chosen[name] if name else chosen
    return chosen.model_dump(mode="json")


def feature_options(wildcards):
    """Options of the feature space that a job is about."""
    return options("feature_spaces", wildcards.space)


def encoder_options(wildcards):
    """Options of the encoder that a job is about; no control is fitted as such."""
    chosen = options("encoders", wildcards.encoder)
    return {name: value for name, value in chosen.items() if name not in AFTERWARDS}


def encoders_of(kind):
    """Names of the encoders of one kind."""
    return [name for name, one in SETTINGS.encoders.items() if one.kind == kind]


def decoder_options(wildcards):
    """Options of the decoder that a job is about."""
    return options("decoders", wildcards.decoder)


def split_options(wildcards):
    """Options of the split that a job is about."""
    return options("splits", wildcards.split)


def world_options():
    """Sizes and seed of the simulated world: what one subject depends on."""
    return DATASET.model_dump(mode="json", exclude={"kind", "name", "subjects"})


def bids_root(wildcards):
    """Folder of the BIDS dataset that the simulation writes."""
    return f"{RESULTS}/bids"


def extractor(wildcards):
    """Name of the function that extracts a feature space."""
    return extractor_of(SPACES[wildcards.space].kind)


def extractor_code(wildcards):
    """Hash of the extraction and of the one extractor that a job runs."""
    defined_in = extractor(wildcards).partition(":")[0]
    return code("extract_features") + code_of(find_spec(defined_in).origin)


def network_code(wildcards):
    """Hash of the description of images and of the one library that a job uses."""
    defined_in = NETWORKS[SPACES[wildcards.space].kind].partition(":")[0]
    return code("describe_images") + code_of(find_spec(defined_in).origin)


def gpus(wildcards):
    """GPUs that a network was promised in the config."""
    return int(getattr(SPACES[wildcards.space], "device", "") == "cuda")


def extract_options(wildcards):
    """Options of a feature space that hold before anything is fitted."""
    chosen = feature_options(wildcards)
    unused = OF_A_PASS if chosen.get("tower") == "text" else ()
    return {n: value for n, value in chosen.items() if n not in (*FITTED, *unused)}


def fit_options(wildcards):
    """What to take from the store of a space, and what to fit to training stimuli."""
    return store_options(SPACES, wildcards.space)


def given_columns(wildcards):
    """Columns to take from a table of given features; none: all."""
    return SPACES[wildcards.space].columns


def evaluation_options(*names):
    """Some options of the evaluation: a rule gets those that it reads."""
    return {name: getattr(SETTINGS.evaluation, name) for name in names}


def longest_delay():
    """Longest delay of any encoder, in volumes."""
    delays = [getattr(one, "delays", []) for one in SETTINGS.encoders.values()]
    return max(sum(delays, []), default=0)


def ceiling_method(wildcards):
    """How a noise ceiling is estimated; the mean subject's comes from all others."""
    chosen = SETTINGS.evaluation.ceiling
    is_mean = wildcards.subject not in SUBJECTS and chosen != "none"
    return "mean_of_subjects" if is_mean else chosen


def pool_sizes(wildcards):
    """Pool sizes that a decoder is scored with; empty: a grid."""
    return getattr(SETTINGS.decoders[wildcards.decoder], "pool_sizes", [])


def hubness(wildcards):
    """How hubs are corrected in a second score of a decoder, if at all."""
    return getattr(SETTINGS.decoders[wildcards.decoder], "hubness", "none")


def one_of(names):
    """Pattern of a wildcard that may be any of these names, or nothing at all."""
    return "|".join(names) or "(?!)"


def decoder_brains(name):
    """Subjects that a decoder is fitted for: the mean subject is no other subject."""
    one, among_others = SETTINGS.decoders[name], ("across_subjects", "shared_latent")
    alone = one.kind not in among_others and not getattr(one, "others", None)
    return BRAINS if alone else SUBJECTS


def unique(paths):
    """Paths without repeats, in order."""
    return list(dict.fromkeys(paths))

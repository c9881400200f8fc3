# Helpers only. No rules here; no helpers elsewhere.
from pathlib import Path

from boldwise.provenance import code_of
from boldwise.settings.config import load_config

SETTINGS = load_config(config)
DATASET = SETTINGS.dataset
RESULTS = f"results/{DATASET.name}"
SUBJECTS = DATASET.subjects
BRAINS = [*SUBJECTS, *(["group"] if getattr(DATASET, "group_subject", False) else [])]
SCRIPTS = Path(workflow.basedir, "workflow/scripts")


wildcard_constraints:
    subject=r"[A-Za-z0-9]+",
    split=r"[A-Za-z0-9-]+",
    space=r"[A-Za-z0-9-]+",
    encoder=r"[A-Za-z0-9-]+",
    decoder=r"[A-Za-z0-9-]+",


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
    """Options of the encoder that a job is about."""
    return options("encoders", wildcards.encoder)


def decoder_options(wildcards):
    """Options of the decoder that a job is about."""
    return options("decoders", wildcards.decoder)


def split_options(wildcards):
    """Options of the split that a job is about."""
    return options("splits", wildcards.split)

# Entry point. Read this file first: it lists the stages in the order of the science.
from snakemake.utils import min_version

min_version("9.15")


# A config named by --configfile is the whole study: nothing is merged into it.
if "dataset" not in config:

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/products.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/preprocess.smk"
include: "workflow/rules/responses.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/check_features.smk"
include: "workflow/rules/encode.smk"
include: "workflow/rules/training_inputs.smk"
include: "workflow/rules/shared_decoder_inputs.smk"
include: "workflow/rules/learning_curve_inputs.smk"
include: "workflow/rules/reconstruction_inputs.smk"
include: "workflow/rules/attention.smk"
include: "workflow/rules/learning_curves.smk"
include: "workflow/rules/decode.smk"
include: "workflow/rules/shared_decoders.smk"
include: "workflow/rules/quality.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/reconstruction.smk"
include: "workflow/rules/ablation.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/endings.smk"


rule all:
    """Everything, up to the report."""
    default_target: True
    input:
        all_results(),
    localrule: True


onstart:
    refuse_read_only()


onsuccess:
    forget_unfinished()


onerror:
    tell_unfinished(log)

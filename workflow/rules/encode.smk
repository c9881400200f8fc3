# Encoders: from features to responses.
rule fit_encoder:
    """Predict each voxel from the features of the stimuli by ridge."""
    input:
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
        features=encoder_features,
    output:
        encoder=f"{RESULTS}/encoders/{{split}}/{{encoder}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/fit_encoder/{{split}}_{{encoder}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fit_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        encoder=encoder_options,
        code=code("fit_encoder"),
    script:
        "../scripts/fit_encoder.py"


rule shuffle_responses:
    """Refit an encoder on shuffled responses: what it scores with nothing to find."""
    input:
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
        features=encoder_features,
    output:
        shuffled=f"{RESULTS}/shuffled/{{split}}/{{encoder}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/shuffle_responses/{{split}}_{{encoder}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/shuffle_responses/{{split}}_{{encoder}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        encoder=encoder_options,
        n_shuffles=SETTINGS.evaluation.n_shuffles,
        seed=SETTINGS.evaluation.seed,
        code=code("shuffle_responses"),
    script:
        "../scripts/shuffle_responses.py"


rule encoders:
    """Every encoder of every subject, under every split."""
    input:
        expand(
            f"{RESULTS}/encoders/{{split}}/{{encoder}}/sub-{{subject}}.h5",
            split=SETTINGS.splits,
            encoder=SETTINGS.encoders,
            subject=BRAINS,
        ),
    localrule: True

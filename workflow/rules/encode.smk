# Encoders: from features to responses.
scattergather:
    voxels=1,  # `--set-scatter voxels=8` fits an encoder in 8 jobs, to the same bytes.


ENCODER = f"{RESULTS}/encoders/{{split}}/{{encoder}}/sub-{{subject}}"
PARTS = gather.voxels(f"{ENCODER}_part-{{scatteritem}}.h5", allow_missing=True)
PART = "_part-{scatteritem}" if len(PARTS) > 1 else ""


rule fit_encoder:
    """Predict each voxel from the features of the stimuli by ridge."""
    input:
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
        features=encoder_features,
    output:
        encoder=f"{ENCODER}{PART}.h5",
    log:
        f"{RESULTS}/logs/fit_encoder/{{split}}_{{encoder}}_{{subject}}{PART}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fit_encoder/{{split}}_{{encoder}}_{{subject}}{PART}.jsonl"
    wildcard_constraints:
        encoder=one_of(encoders_of("ridge")),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=20, of=largest_fit),
        runtime=minutes(20, per_mb=1, of=largest_fit),
    params:
        encoder=encoder_options,
        code=code("fit_encoder"),
    script:
        "../scripts/fit_encoder.py"


if PART:

    rule join_encoder:
        """Join an encoder that was fitted in parts: the file that one job writes."""
        input:
            parts=PARTS,
        output:
            encoder=f"{ENCODER}.h5",
        log:
            f"{RESULTS}/logs/join_encoder/{{split}}_{{encoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/join_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            encoder=one_of([*encoders_of("ridge"), *encoders_of("best_layer")]),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(1000, per_mb=6),
            runtime=minutes(10, per_mb=0.1),
        params:
            code=code("join_encoder"),
        script:
            "../scripts/join_encoder.py"


if encoders_of("best_layer"):

    rule fit_best_layer:
        """Predict each voxel from one of several spaces, chosen in the inner folds."""
        input:
            responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
            features=encoder_features,
        output:
            encoder=f"{ENCODER}{PART}.h5",
        log:
            f"{RESULTS}/logs/fit_best_layer/{{split}}_{{encoder}}_{{subject}}{PART}.log",
        benchmark:
            f"{RESULTS}/benchmarks/fit_best_layer/{{split}}_{{encoder}}_{{subject}}{PART}.jsonl"
        wildcard_constraints:
            encoder=one_of(encoders_of("best_layer")),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(1500, per_mb=20, of=largest_fit),
            runtime=minutes(20, per_mb=2, of=largest_fit),
        params:
            encoder=encoder_options,
            code=code("fit_best_layer"),
        script:
            "../scripts/fit_best_layer.py"


if encoders_of("banded_ridge"):

    rule fit_banded_encoder:
        """Predict each voxel by ridge with a penalty for each feature space."""
        input:
            responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
            features=encoder_features,
        output:
            encoder=f"{ENCODER}.h5",
        log:
            f"{RESULTS}/logs/fit_banded_encoder/{{split}}_{{encoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/fit_banded_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            encoder=one_of(encoders_of("banded_ridge")),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(1500, per_mb=20, of=largest_fit),
            runtime=minutes(30, per_mb=4, of=largest_fit),
        params:
            encoder=encoder_options,
            code=code("fit_banded_encoder"),
        script:
            "../scripts/fit_banded_encoder.py"


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
    wildcard_constraints:
        encoder=one_of(
            [n for n, e in SETTINGS.encoders.items() if e.kind not in TRAINED]
        ),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=20, of=largest_fit),
        runtime=minutes(30, per_mb=4, of=largest_fit),
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

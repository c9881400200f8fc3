rule extract_features:
    """Describe every stimulus by numbers; nothing is fitted yet."""
    input:
        stimuli=f"{RESULTS}/stimuli.h5",
        model=model_files,
    output:
        features=f"{RESULTS}/features/{{space}}.h5",
    log:
        f"{RESULTS}/logs/extract_features/{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/extract_features/{{space}}.jsonl"
    wildcard_constraints:
        space=one_of(EXTRACTED_SPACES),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=gpus,
    params:
        extractor=extractor,
        options=extract_options,
        code=extractor_code,
    script:
        "../scripts/extract_features.py"


rule describe_images:
    """Describe every image by a network; a killed job goes on where it was."""
    input:
        stimuli=f"{RESULTS}/stimuli.h5",
        model=model_files,
    output:
        features=f"{RESULTS}/features/{{space}}.h5",
    log:
        f"{RESULTS}/logs/describe_images/{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/describe_images/{{space}}.jsonl"
    wildcard_constraints:
        space=one_of(NETWORK_SPACES),
    conda:
        "../../envs/boldwise.yaml"
    threads: 4
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=gpus,
    params:
        options=extract_options,
        code=network_code,
    script:
        "../scripts/describe_images.py"


rule take_given_features:
    """Put features that somebody else computed in the order of the stimuli."""
    input:
        stimuli=f"{RESULTS}/stimuli.h5",
        given=given_file,
    output:
        features=f"{RESULTS}/features/{{space}}.h5",
    log:
        f"{RESULTS}/logs/take_given_features/{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/take_given_features/{{space}}.jsonl"
    wildcard_constraints:
        space=one_of(GIVEN_SPACES),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1000, per_mb=6),
        runtime=minutes(10, per_mb=0.05),
    params:
        columns=given_columns,
        code=code("take_given_features"),
    script:
        "../scripts/take_given_features.py"


rule take_given_volumes:
    """Put features that come without ids, a row per volume, in order of the stimuli."""
    input:
        stimuli=f"{RESULTS}/stimuli.h5",
        given=given_tables,
    output:
        features=f"{RESULTS}/features/{{space}}.h5",
    log:
        f"{RESULTS}/logs/take_given_volumes/{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/take_given_volumes/{{space}}.jsonl"
    wildcard_constraints:
        space=one_of(GIVEN_VOLUMES),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        options=extract_options,
        runs=DATASET.runs if GIVEN_VOLUMES else [],
        code=code("take_given_volumes"),
    script:
        "../scripts/take_given_volumes.py"


rule fit_features:
    """Fit word weights and principal components to each fold's training stimuli."""
    input:
        split=f"{RESULTS}/splits/{{split}}.h5",
        features=space_store,
    output:
        features=f"{RESULTS}/features/{{split}}/{{space}}.h5",
    log:
        f"{RESULTS}/logs/fit_features/{{split}}_{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fit_features/{{split}}_{{space}}.jsonl"
    wildcard_constraints:
        space=one_of(FITTED_SPACES),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=20),
        runtime=minutes(10, per_mb=0.5),
    params:
        options=fit_options,
        code=code("fit_features"),
    script:
        "../scripts/fit_features.py"

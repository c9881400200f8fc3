if DATASET.kind != "simulated":

    rule prepare_stimuli:
        """Collect images, texts and categories of the stimuli under one id each."""
        input:
            files=stimulus_inputs,
        output:
            stimuli=f"{RESULTS}/stimuli.h5",
        log:
            f"{RESULTS}/logs/prepare_stimuli.log",
        benchmark:
            f"{RESULTS}/benchmarks/prepare_stimuli.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(1500, per_mb=3),
            runtime=minutes(10, per_mb=0.05),
        params:
            source=stimulus_source(DATASET, continuous=CONTINUOUS),
            code=code("prepare_stimuli"),
        script:
            "../scripts/prepare_stimuli.py"


rule prepare_responses:
    """Read given betas, or clean BOLD run by run and estimate a response per trial."""
    input:
        files=subject_files,
        stimuli=f"{RESULTS}/stimuli.h5",
    output:
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/prepare_responses/{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/prepare_responses/{{subject}}.jsonl"
    wildcard_constraints:
        subject="|".join(SUBJECTS),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=8),
        runtime=minutes(10, per_mb=0.2),
    params:
        source=response_source(PREPROCESSED),
        options=options("responses"),
        code=code("prepare_responses"),
    script:
        "../scripts/prepare_responses.py"


rule average_subjects:
    """Average the responses of all subjects in the voxels that they share."""
    input:
        responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
    output:
        responses=f"{RESULTS}/responses/sub-group.h5",
    log:
        f"{RESULTS}/logs/average_subjects.log",
    benchmark:
        f"{RESULTS}/benchmarks/average_subjects.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=8),
        runtime=minutes(10, per_mb=0.1),
    params:
        code=code("average_subjects"),
    script:
        "../scripts/average_subjects.py"

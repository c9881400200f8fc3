# Quality of the data, subject by subject: measured and drawn before any model.
rule draw_quality:
    """Measure the quality of one subject's data, and draw it."""
    input:
        files=subject_files,
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        features=quality_features(),
    output:
        **quality_figures(),
        quality=f"{RESULTS}/quality/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/draw_quality/{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_quality/{{subject}}.jsonl"
    wildcard_constraints:
        subject="|".join(SUBJECTS),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=8),
        runtime=minutes(20, per_mb=0.2),
    params:
        source=response_source(PREPROCESSED),
        options=options("responses"),
        code=code("draw_quality"),
    script:
        "../scripts/draw_quality.py"

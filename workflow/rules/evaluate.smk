# Evaluation: what is held out, how well any model could do, how well ours do.
rule make_split:
    """Part the stimuli into training and test, and refuse a split that leaks."""
    input:
        responses=expand(f"{RESULTS}/responses/sub-{{subject}}.h5", subject=SUBJECTS),
        stimuli=f"{RESULTS}/stimuli.h5",
        listed=listed_ids,
    output:
        split=f"{RESULTS}/splits/{{split}}.h5",
    log:
        f"{RESULTS}/logs/make_split/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/make_split/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        options=split_options,
        estimate=SETTINGS.responses.estimate,
        longest_delay=longest_delay(),
        code=code("make_split"),
    script:
        "../scripts/make_split.py"


rule estimate_noise_ceiling:
    """Estimate how well any model could predict each voxel's test responses."""
    input:
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
        others=ceiling_others,
    output:
        ceiling=f"{RESULTS}/ceilings/{{split}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/estimate_noise_ceiling/{{split}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/estimate_noise_ceiling/{{split}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=10),
        runtime=minutes(20, per_mb=0.5),
    params:
        method=ceiling_method,
        seed=SETTINGS.evaluation.seed,
        code=code("estimate_noise_ceiling"),
    script:
        "../scripts/estimate_noise_ceiling.py"


rule score_encoder:
    """Score an encoder on held-out stimuli: fit, ceiling, null and intervals."""
    input:
        encoder=f"{RESULTS}/encoders/{{split}}/{{encoder}}/sub-{{subject}}.h5",
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        ceiling=f"{RESULTS}/ceilings/{{split}}/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        scores=f"{RESULTS}/scores/{{split}}/{{encoder}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/score_encoder/{{split}}_{{encoder}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/score_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=20, of=largest_fit),
        runtime=minutes(20, per_mb=1, of=largest_fit),
    params:
        options=evaluation_options(
            "n_permutations", "n_bootstraps", "min_ceiling", "null_method", "seed"
        ),
        code=code("score_encoder"),
    script:
        "../scripts/score_encoder.py"


rule tabulate_scores:
    """List the scores of every encoder, region and subject in one table."""
    input:
        scores=all_scores,
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        table=f"{RESULTS}/scores/{{split}}/scores.tsv",
    log:
        f"{RESULTS}/logs/tabulate_scores/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_scores/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        individuals=SUBJECTS,
        q=SETTINGS.evaluation.q,
        seed=SETTINGS.evaluation.seed,
        code=code("tabulate_scores"),
    script:
        "../scripts/tabulate_scores.py"


rule compare_encoders:
    """Test each encoder against each other one, paired over the same stimuli."""
    input:
        scores=all_scores,
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        table=f"{RESULTS}/scores/{{split}}/comparisons.tsv",
    log:
        f"{RESULTS}/logs/compare_encoders/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_encoders/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        individuals=SUBJECTS,
        seed=SETTINGS.evaluation.seed,
        code=code("compare_encoders"),
    script:
        "../scripts/compare_encoders.py"


rule identify_stimuli:
    """Find the true stimulus, or its category, from what a decoder said."""
    input:
        decoder=f"{RESULTS}/decoders/{{split}}/{{decoder}}/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        identification=f"{RESULTS}/identification/{{split}}/{{decoder}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/identify_stimuli/{{split}}_{{decoder}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/identify_stimuli/{{split}}_{{decoder}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        pool_sizes=pool_sizes,
        hubness=hubness,
        options=evaluation_options("n_permutations", "n_bootstraps", "seed"),
        code=code("identify_stimuli"),
    script:
        "../scripts/identify_stimuli.py"


rule tabulate_identification:
    """List what every decoder identified, with chance, null and pool size."""
    input:
        identification=all_identifications,
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        table=f"{RESULTS}/identification/{{split}}/identification.tsv",
    log:
        f"{RESULTS}/logs/tabulate_identification/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_identification/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        individuals=SUBJECTS,
        seed=SETTINGS.evaluation.seed,
        code=code("tabulate_identification"),
    script:
        "../scripts/tabulate_identification.py"


rule scores:
    """Every split, noise ceiling, score, comparison and identification."""
    input:
        score_files(),
    localrule: True

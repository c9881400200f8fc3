# Report: figures of every kind, maps for other programs, and one page with it all.
if SETTINGS.encoders:

    rule write_maps:
        """Write the scores of every encoder as NIfTI, GIfTI or CIFTI maps."""
        input:
            scores=encoder_files("scores"),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            maps=score_maps(),
        log:
            f"{RESULTS}/logs/write_maps/{{split}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/write_maps/{{split}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            space=DATASET.space,
            code=code("write_maps"),
        script:
            "../scripts/write_maps.py"


rule draw_design:
    """Draw what was shown, and which trials are held out."""
    input:
        stimuli=f"{RESULTS}/stimuli.h5",
        responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        stimuli=figure("{split}/stimuli.png", "Design"),
        split_layout=figure("{split}/split_layout.svg", "Design"),
    log:
        f"{RESULTS}/logs/draw_design/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_design/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_design"),
    script:
        "../scripts/draw_design.py"


rule draw_encoding:
    """Draw maps, scores, penalties and ceilings of one subject."""
    input:
        ceiling=f"{RESULTS}/ceilings/{{split}}/sub-{{subject}}.h5",
        scores=encoder_files("scores"),
        encoders=encoder_files("encoders"),
        table=f"{RESULTS}/scores/{{split}}/scores.tsv",
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        **subject_figures(),
    log:
        f"{RESULTS}/logs/draw_encoding/{{split}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_encoding/{{split}}_{{subject}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        **evaluation_options("q", "min_ceiling"),
        space=DATASET.space,
        code=code("draw_encoding"),
    script:
        "../scripts/draw_encoding.py"


if partition_figures():

    rule draw_partition:
        """Draw which feature space banded encoders owe their scores to."""
        input:
            encoders=encoder_files("encoders", encoders_of("banded_ridge")),
            scores=encoder_files("scores", encoders_of("banded_ridge")),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **partition_figures(),
        log:
            f"{RESULTS}/logs/draw_partition/{{split}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_partition/{{split}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            **evaluation_options("q"),
            code=code("draw_partition"),
        script:
            "../scripts/draw_partition.py"


if layer_figures():

    rule draw_layer_choice:
        """Draw which feature space the voxels of each region chose."""
        input:
            encoders=encoder_files("encoders", encoders_of("best_layer")),
            scores=encoder_files("scores", encoders_of("best_layer")),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **layer_figures(),
        log:
            f"{RESULTS}/logs/draw_layer_choice/{{split}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_layer_choice/{{split}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            **evaluation_options("q"),
            code=code("draw_layer_choice"),
        script:
            "../scripts/draw_layer_choice.py"


rule draw_comparison:
    """Draw all encoders side by side, with ceilings and shuffles."""
    input:
        table=f"{RESULTS}/scores/{{split}}/scores.tsv",
        shuffled=shuffled_files(),
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        comparison=figure("{split}/comparison.svg", "Encoding"),
    log:
        f"{RESULTS}/logs/draw_comparison/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_comparison/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        individuals=SUBJECTS,
        controls=encoder_controls(),
        code=code("draw_comparison"),
    script:
        "../scripts/draw_comparison.py"


rule draw_identification:
    """Draw at which rank the true stimuli came out, and among how many."""
    input:
        identification=decoded_files("ridge", "across_subjects", "shared_latent"),
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        ranks=figure("{split}/ranks.svg", "Decoding"),
        pool_curves=figure("{split}/pool_curves.svg", "Decoding"),
        decoder_controls=figure("{split}/decoder_controls.svg", "Decoding"),
        training_distance=figure("{split}/training_distance.svg", "Decoding"),
    log:
        f"{RESULTS}/logs/draw_identification/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_identification/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_identification"),
    script:
        "../scripts/draw_identification.py"


rule draw_confusions:
    """Draw which category was taken for which."""
    input:
        identification=decoded_files("category"),
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        confusions=figure("{split}/confusions.svg", "Decoding"),
    log:
        f"{RESULTS}/logs/draw_confusions/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_confusions/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_confusions"),
    script:
        "../scripts/draw_confusions.py"


rule draw_recovery:
    """Draw what was found beside what the simulation put in."""
    input:
        voxels=f"{RESULTS}/truth/recovery.h5",
        table=f"{RESULTS}/truth/recovery.tsv",
    output:
        recovery=figure("recovery.png", "Simulated truth"),
    log:
        f"{RESULTS}/logs/draw_recovery.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_recovery.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_recovery"),
    script:
        "../scripts/draw_recovery.py"


rule write_report:
    """Put every table and figure on one page, with the methods."""
    input:
        **report_inputs(),
    output:
        page=f"{RESULTS}/report.html",
    log:
        f"{RESULTS}/logs/write_report.log",
    benchmark:
        f"{RESULTS}/benchmarks/write_report.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        individuals=SUBJECTS,
        config=SETTINGS.model_dump(mode="json"),
        code=code("write_report"),
    script:
        "../scripts/write_report.py"

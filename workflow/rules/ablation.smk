# What each region is worth to decoders, alone and left out.
if ablated_decoders():

    rule ablate_regions:
        """Fit a decoder anew on each region alone, and on all but each."""
        input:
            target=target_store,
            responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            ablation=f"{RESULTS}/ablations/{{split}}/{{decoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/ablate_regions/{{split}}_{{decoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/ablate_regions/{{split}}_{{decoder}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=4000,
            runtime=120,
        params:
            decoder=decoder_options,
            options=evaluation_options("n_permutations", "seed"),
            code=code("ablate_regions"),
        script:
            "../scripts/ablate_regions.py"

    rule tabulate_ablation:
        """List what each region is worth to each decoder, with intervals."""
        input:
            ablations=stores_of("ablations", ablated_decoders()),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            table=f"{RESULTS}/ablations/{{split}}/ablations.tsv",
        log:
            f"{RESULTS}/logs/tabulate_ablation/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/tabulate_ablation/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            individuals=SUBJECTS,
            code=code("tabulate_ablation"),
        script:
            "../scripts/tabulate_ablation.py"

    rule draw_ablation:
        """Draw what each region decodes alone, and what is lost without it."""
        input:
            ablations=stores_of("ablations", ablated_decoders()),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **ablation_figures(),
        log:
            f"{RESULTS}/logs/draw_ablation/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_ablation/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            individuals=SUBJECTS,
            code=code("draw_ablation"),
        script:
            "../scripts/draw_ablation.py"

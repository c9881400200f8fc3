# What decoders point to: nearest training stimuli, their likeness, and matrices.
if shown_decoders():

    rule find_nearest:
        """Find, caption and score the training stimuli nearest to decoded ones."""
        input:
            decoder=f"{RESULTS}/decoders/{{split}}/{{decoder}}/sub-{{subject}}.h5",
            target=target_store,
            responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            gallery=f"{RESULTS}/galleries/{{split}}/{{decoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/find_nearest/{{split}}_{{decoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/find_nearest/{{split}}_{{decoder}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=4000,
            runtime=60,
        params:
            options=gallery_options,
            text=text_options,
            code=code("find_nearest"),
        script:
            "../scripts/find_nearest.py"

    rule tabulate_galleries:
        """List how like the nearest training stimuli are, beside shuffled decodings."""
        input:
            galleries=stores_of("galleries", shown_decoders()),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            table=f"{RESULTS}/galleries/{{split}}/galleries.tsv",
        log:
            f"{RESULTS}/logs/tabulate_galleries/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/tabulate_galleries/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            individuals=SUBJECTS,
            seed=SETTINGS.evaluation.seed,
            code=code("tabulate_galleries"),
        script:
            "../scripts/tabulate_galleries.py"

    rule draw_gallery:
        """Show the best, the middle and the worst decoded stimuli, by rank."""
        input:
            galleries=stores_of("galleries", shown_decoders()),
            identification=stores_of("identification", shown_decoders()),
            stimuli=f"{RESULTS}/stimuli.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **reconstruction_figures(),
        log:
            f"{RESULTS}/logs/draw_gallery/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_gallery/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            n_shown=GALLERY.n_shown,
            pictures=pictures_may_be_shown(),
            code=code("draw_gallery"),
        script:
            "../scripts/draw_gallery.py"


if similarity_figures():

    rule draw_similarity:
        """Draw how like each decoded pattern is to each true one."""
        input:
            decoders=stores_of("decoders", pattern_decoders()),
            stimuli=f"{RESULTS}/stimuli.h5",
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **similarity_figures(),
        log:
            f"{RESULTS}/logs/draw_similarity/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_similarity/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=3000,
            runtime=10,
        params:
            code=code("draw_similarity"),
        script:
            "../scripts/draw_similarity.py"

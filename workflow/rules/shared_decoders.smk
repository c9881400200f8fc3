# Decoders that all subjects share, and how a subject who is new is taken up.


if shared_decoders():

    rule fit_shared_decoder:
        """Train one decoder for all subjects; a killed job goes on where it was."""
        input:
            unpack(shared_targets),
            responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            decoders=decoders_of_all(),
            model=f"{RESULTS}/decoder_training/{{split}}/{{decoder}}/shared.h5",
        log:
            f"{RESULTS}/logs/fit_shared_decoder/{{split}}_{{decoder}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/fit_shared_decoder/{{split}}_{{decoder}}.jsonl"
        wildcard_constraints:
            decoder=one_of(shared_decoders()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=8000,
            runtime=720,
            gpu=decoder_gpus,
        params:
            decoder=shared_decoder_options,
            places=told_places,
            keep=kept_by_split,
            code=code("fit_shared_decoder"),
        script:
            "../scripts/fit_shared_decoder.py"

    rule draw_decoder_training:
        """Draw how the losses of shared decoders fell."""
        input:
            models=shared_models(),
        output:
            decoder_training=shared_decoder_figures()["decoder_training"],
        log:
            f"{RESULTS}/logs/draw_decoder_training/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_decoder_training/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            code=code("draw_decoder_training"),
        script:
            "../scripts/draw_decoder_training.py"


if adapted_decoders():

    rule adapt_decoder:
        """Leave one subject out, train on the others, and take it up again."""
        input:
            unpack(shared_targets),
            responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            adaptation=f"{RESULTS}/adaptation/{{split}}/{{decoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/adapt_decoder/{{split}}_{{decoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/adapt_decoder/{{split}}_{{decoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            decoder=one_of(adapted_decoders()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=8000,
            runtime=720,
            gpu=adaptation_gpus,
        params:
            decoder=adaptation_options,
            places=told_places,
            keep=kept_by_split,
            code=code("adapt_decoder"),
        script:
            "../scripts/adapt_decoder.py"

    rule draw_adaptation:
        """Draw and list how well new subjects are decoded with how many trials."""
        input:
            adaptations=adaptations(),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            adaptation_curves=shared_decoder_figures()["adaptation_curves"],
            table=f"{RESULTS}/adaptation/{{split}}/adaptation.tsv",
        log:
            f"{RESULTS}/logs/draw_adaptation/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_adaptation/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            code=code("draw_adaptation"),
        script:
            "../scripts/draw_adaptation.py"

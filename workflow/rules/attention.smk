# Encoders that are trained by gradient descent: of one subject, or of all in one job.


if trained_alone():

    rule fit_attention_encoder:
        """Train an encoder of one subject; a killed job goes on where it was."""
        input:
            unpack(described_by),
            responses=taught_by,
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            encoder=f"{ENCODER}.h5",
            model=f"{RESULTS}/training/{{split}}/{{encoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/fit_attention_encoder/{{split}}_{{encoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/fit_attention_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            encoder=one_of(trained_alone()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            encoder=encoder_options,
            spaces=token_places,
            keep=kept_together,
            code=code("fit_attention_encoder"),
        script:
            "../scripts/fit_attention_encoder.py"

    rule shuffle_attention_encoder:
        """Train an encoder of one subject on shuffled responses."""
        input:
            unpack(described_by),
            responses=taught_by,
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            shuffled=f"{RESULTS}/shuffled/{{split}}/{{encoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/shuffle_attention_encoder/{{split}}_{{encoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/shuffle_attention_encoder/{{split}}_{{encoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            encoder=one_of(trained_alone()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            encoder=encoder_options,
            spaces=token_places,
            keep=kept_together,
            n_shuffles=shuffles,
            seed=SETTINGS.evaluation.seed,
            code=code("shuffle_attention_encoder"),
        script:
            "../scripts/shuffle_attention_encoder.py"


if trained(*TOGETHER):

    rule fit_shared_encoder:
        """Train one encoder for all subjects; a killed job goes on where it was."""
        input:
            unpack(described_by),
            responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=BRAINS),
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            encoders=of_all_subjects("encoders"),
            model=f"{RESULTS}/training/{{split}}/{{encoder}}/shared.h5",
        log:
            f"{RESULTS}/logs/fit_shared_encoder/{{split}}_{{encoder}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/fit_shared_encoder/{{split}}_{{encoder}}.jsonl"
        wildcard_constraints:
            encoder=one_of(trained(*TOGETHER)),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            encoder=encoder_options,
            spaces=token_places,
            keep=kept_together,
            code=code("fit_shared_encoder"),
        script:
            "../scripts/fit_shared_encoder.py"

    rule shuffle_shared_encoder:
        """Train one encoder for all subjects on shuffled responses."""
        input:
            unpack(described_by),
            responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=BRAINS),
            split=f"{RESULTS}/splits/{{split}}.h5",
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            shuffled=of_all_subjects("shuffled"),
        log:
            f"{RESULTS}/logs/shuffle_shared_encoder/{{split}}_{{encoder}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/shuffle_shared_encoder/{{split}}_{{encoder}}.jsonl"
        wildcard_constraints:
            encoder=one_of(trained(*TOGETHER)),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            encoder=encoder_options,
            spaces=token_places,
            keep=kept_together,
            n_shuffles=shuffles,
            seed=SETTINGS.evaluation.seed,
            code=code("shuffle_shared_encoder"),
        script:
            "../scripts/shuffle_shared_encoder.py"


if trained():

    rule tabulate_training:
        """List epochs and weights of trained encoders, and of the ridges beside."""
        input:
            models=trained_models(),
            ridges=encoders_beside(),
            features=features_beside(),
        output:
            table=f"{RESULTS}/training/{{split}}/training.tsv",
        log:
            f"{RESULTS}/logs/tabulate_training/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/tabulate_training/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            beside=BESIDE,
            code=code("tabulate_training"),
        script:
            "../scripts/tabulate_training.py"

    rule draw_training:
        """Draw how losses fell, and scores beside those of ridge."""
        input:
            models=trained_models(),
            scores=scores_beside(),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **training_figures(),
        log:
            f"{RESULTS}/logs/draw_training/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_training/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=3000,
            runtime=10,
        params:
            beside=BESIDE,
            code=code("draw_training"),
        script:
            "../scripts/draw_training.py"


if attention_figures():

    rule draw_attention:
        """Draw where the queries of one subject looked, on held-out pictures."""
        input:
            models=encoder_files("training", encoders_of("region_query")),
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            **attention_figures(),
        log:
            f"{RESULTS}/logs/draw_attention/{{split}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_attention/{{split}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=3000,
            runtime=10,
        params:
            code=code("draw_attention"),
        script:
            "../scripts/draw_attention.py"


if field_figures():

    rule draw_fields:
        """Draw the receptive fields that an encoder found in one subject."""
        input:
            model=fields_model(),
            scores=encoder_files("scores", drawn_fields()[:1]),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            **field_figures(),
        log:
            f"{RESULTS}/logs/draw_fields/{{split}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_fields/{{split}}_{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=3000,
            runtime=10,
        params:
            **evaluation_options("q"),
            picture_deg=SETTINGS.encoders[drawn_fields()[0]].picture_deg,
            code=code("draw_fields"),
        script:
            "../scripts/draw_fields.py"

# Scores by number of images: subjects left out of training, and training on fewer.


if taken_up():

    rule adopt_new_subject:
        """Train on the other subjects, and take up this one from few images."""
        input:
            unpack(learned_from),
            ceiling=f"{RESULTS}/ceilings/{{split}}/sub-{{subject}}.h5",
        output:
            curve=f"{RESULTS}/new_subjects/{{split}}/{{encoder}}/sub-{{subject}}.h5",
        log:
            f"{RESULTS}/logs/adopt_new_subject/{{split}}_{{encoder}}_{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/adopt_new_subject/{{split}}_{{encoder}}_{{subject}}.jsonl"
        wildcard_constraints:
            encoder=one_of(taken_up()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            **CURVE_PARAMS,
            budgets=budgets,
            code=code("adopt_new_subject"),
        script:
            "../scripts/adopt_new_subject.py"


if trained_on_fewer():

    rule train_on_fewer:
        """Train again on fewer images of each subject, beside ridge on the same."""
        input:
            unpack(learned_from),
            ceilings=expand(
                f"{RESULTS}/ceilings/{{{{split}}}}/sub-{{s}}.h5", s=SUBJECTS
            ),
        output:
            curves=expand(
                f"{RESULTS}/training_sizes/{{{{split}}}}/{{{{encoder}}}}/sub-{{s}}.h5",
                s=SUBJECTS,
            ),
        log:
            f"{RESULTS}/logs/train_on_fewer/{{split}}_{{encoder}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/train_on_fewer/{{split}}_{{encoder}}.jsonl"
        wildcard_constraints:
            encoder=one_of(trained_on_fewer()),
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(3000, per_mb=40),
            runtime=minutes(720),
            gpu=training_gpus,
        params:
            **CURVE_PARAMS,
            sizes=training_sizes,
            code=code("train_on_fewer"),
        script:
            "../scripts/train_on_fewer.py"


if curve_stores():

    rule tabulate_curves:
        """List scores by number of images of all encoders and subjects."""
        input:
            curves=curve_stores(),
            split=f"{RESULTS}/splits/{{split}}.h5",
        output:
            table=curve_table(),
        log:
            f"{RESULTS}/logs/tabulate_curves/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/tabulate_curves/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            code=code("tabulate_curves"),
        script:
            "../scripts/tabulate_curves.py"

    rule draw_curves:
        """Draw scores by number of images, beside ridge on the same images."""
        input:
            table=curve_table(),
        output:
            **curve_figures(),
        log:
            f"{RESULTS}/logs/draw_curves/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_curves/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=3000,
            runtime=10,
        params:
            code=code("draw_curves"),
        script:
            "../scripts/draw_curves.py"


if clustered():

    rule cluster_voxels:
        """Sort the voxels of all subjects by their embeddings, and draw where they lie."""
        input:
            model=f"{RESULTS}/training/{{split}}/{clustered()[0]}/shared.h5",
            encoders=expand(
                f"{RESULTS}/encoders/{{{{split}}}}/{clustered()[0]}/sub-{{s}}.h5",
                s=SUBJECTS,
            ),
        output:
            **parcel_files(),
            **parcel_figures(),
        log:
            f"{RESULTS}/logs/cluster_voxels/{{split}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/cluster_voxels/{{split}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=8000,
            runtime=60,
        params:
            n_clusters=SETTINGS.encoders[clustered()[0]].n_clusters,
            seed=SETTINGS.encoders[clustered()[0]].training.seed,
            space=DATASET.space,
            code=code("cluster_voxels"),
        script:
            "../scripts/cluster_voxels.py"

if DATASET.kind == "simulated":

    rule simulate_stimuli:
        """Draw the scenes of all subjects, with their captions and graphs."""
        output:
            stimuli=f"{RESULTS}/stimuli.h5",
            scenes=f"{RESULTS}/truth/scenes.h5",
            properties=f"{RESULTS}/truth/scene_properties.tsv",
            bids=expand(f"{RESULTS}/bids/{{file}}", file=DATASET_FILES),
        log:
            f"{RESULTS}/logs/simulate_stimuli.log",
        benchmark:
            f"{RESULTS}/benchmarks/simulate_stimuli.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=20,
        params:
            root=bids_root,
            subjects=config["dataset"]["subjects"],
            world=world_options(),
            code=code("simulate_stimuli"),
        script:
            "../scripts/simulate_stimuli.py"

    rule simulate_subject:
        """Let one simulated brain see its scenes, and scan it."""
        input:
            stimuli=f"{RESULTS}/stimuli.h5",
            scenes=f"{RESULTS}/truth/scenes.h5",
        output:
            truth=f"{RESULTS}/truth/sub-{{subject}}.h5",
            runs=run_files(RUN_FILES.values()),
            rois=run_files(ROI_FILES.values()),
        log:
            f"{RESULTS}/logs/simulate_subject/{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/simulate_subject/{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=memory(1500, per_mb=20),
            runtime=minutes(20, per_mb=2),
        params:
            root=bids_root,
            world=world_options(),
            code=code("simulate_subject"),
        script:
            "../scripts/simulate_subject.py"

    rule recover_truth:
        """Compare what the pipeline found with what the simulation put in."""
        input:
            split=f"{RESULTS}/splits/{MAIN_SPLIT}.h5",
            truth=expand(f"{RESULTS}/truth/sub-{{s}}.h5", s=SUBJECTS),
            responses=expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
            ceilings=expand(f"{RESULTS}/ceilings/{MAIN_SPLIT}/sub-{{s}}.h5", s=SUBJECTS),
            scores=expand(
                f"{RESULTS}/scores/{MAIN_SPLIT}/{{e}}/sub-{{s}}.h5",
                e=SETTINGS.encoders,
                s=SUBJECTS,
            ),
        output:
            table=f"{RESULTS}/truth/recovery.tsv",
            voxels=f"{RESULTS}/truth/recovery.h5",
        log:
            f"{RESULTS}/logs/recover_truth.log",
        benchmark:
            f"{RESULTS}/benchmarks/recover_truth.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            subjects=SUBJECTS,
            encoders=encoders_by_population(SETTINGS),
            code=code("recover_truth"),
        script:
            "../scripts/recover_truth.py"

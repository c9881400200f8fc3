# Preprocessing: from raw runs to runs that responses can be estimated from.
if PREPROCESSING == "builtin":

    rule make_reference:
        """Average the first volumes of a subject's first run: where the head lay."""
        input:
            raw=first_raw_run,
        output:
            reference=reference_output(DATASET),
        log:
            f"{RESULTS}/logs/make_reference/{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/make_reference/{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=8000,
            runtime=30,
        params:
            source=raw_source(DATASET),
            code=code("make_reference"),
        script:
            "../scripts/make_reference.py"

    rule preprocess_run:
        """Correct slice timing and motion of a run, mask its brain, list confounds."""
        input:
            raw=this_raw_run,
            reference=run_reference,
        output:
            **run_outputs(DATASET),
        log:
            f"{RESULTS}/logs/preprocess_run/{run_label()}.log",
        benchmark:
            f"{RESULTS}/benchmarks/preprocess_run/{run_label()}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=8000,
            runtime=120,
        params:
            source=raw_source(DATASET),
            smooth_mm=DATASET.preprocessing.smooth_mm,
            code=code("preprocess_run"),
        script:
            "../scripts/preprocess_run.py"


if PREPROCESSING == "fmriprep":

    rule run_fmriprep:
        """Run fMRIPrep in its container on all runs of a subject."""
        input:
            raw=raw_runs,
        output:
            files=subject_outputs(DATASET, "{subject}"),
        log:
            f"{RESULTS}/logs/run_fmriprep/{{subject}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/run_fmriprep/{{subject}}.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        threads: 8
        resources:
            mem_mb=32000,
            runtime=1440,
        params:
            fmriprep=fmriprep_source(DATASET),
            code=code("run_fmriprep"),
        script:
            "../scripts/run_fmriprep.py"

# What features know, without a brain: a check of the features themselves.
rule check_categories:
    """Decode the category of held-out stimuli from one feature space."""
    input:
        features=f"{RESULTS}/features/{{split}}/{{space}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
        stimuli=f"{RESULTS}/stimuli.h5",
    output:
        check=f"{RESULTS}/category_checks/{{split}}/{{space}}.h5",
    log:
        f"{RESULTS}/logs/check_categories/{{split}}_{{space}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/check_categories/{{split}}_{{space}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=4000,
        runtime=20,
    params:
        options=evaluation_options("n_permutations", "n_bootstraps", "seed"),
        code=code("check_categories"),
    script:
        "../scripts/check_categories.py"


rule draw_category_check:
    """Draw and list what every feature space knows about categories."""
    input:
        checks=checked_spaces(),
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        table=f"{RESULTS}/category_checks/{{split}}/categories.tsv",
        figure=figure("{split}/category_check.svg", "Features"),
    log:
        f"{RESULTS}/logs/draw_category_check/{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_category_check/{{split}}.jsonl"
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_category_check"),
    script:
        "../scripts/draw_category_check.py"


if not SUBJECTS:

    rule draw_stimuli:
        """Draw a few of the stimuli that nobody was measured with."""
        input:
            stimuli=f"{RESULTS}/stimuli.h5",
        output:
            stimuli=figure("stimuli.png", "Features"),
        log:
            f"{RESULTS}/logs/draw_stimuli.log",
        benchmark:
            f"{RESULTS}/benchmarks/draw_stimuli.jsonl"
        conda:
            "../../envs/boldwise.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            code=code("draw_stimuli"),
        script:
            "../scripts/draw_stimuli.py"


rule features:
    """Every feature space, extracted and fitted, and what it knows if that is checked."""
    input:
        [f"{RESULTS}/features/{space}.h5" for space in ENTRIES],
        expand(checked_spaces(), split=SETTINGS.splits),
    localrule: True

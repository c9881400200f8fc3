# Decoders: from responses to features, categories, and other subjects' responses.
rule fit_decoder:
    """Decode the held-out stimuli from the responses of one subject."""
    input:
        unpack(decoder_inputs),
        responses=f"{RESULTS}/responses/sub-{{subject}}.h5",
        split=f"{RESULTS}/splits/{{split}}.h5",
    output:
        decoder=f"{RESULTS}/decoders/{{split}}/{{decoder}}/sub-{{subject}}.h5",
    log:
        f"{RESULTS}/logs/fit_decoder/{{split}}_{{decoder}}_{{subject}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fit_decoder/{{split}}_{{decoder}}_{{subject}}.jsonl"
    wildcard_constraints:
        decoder=one_of(decoders_alone()),
    conda:
        "../../envs/boldwise.yaml"
    resources:
        mem_mb=memory(1500, per_mb=20, of=largest_fit),
        runtime=minutes(20, per_mb=1, of=largest_fit),
    params:
        decoder=decoder_options,
        code=code("fit_decoder"),
    script:
        "../scripts/fit_decoder.py"


rule decoders:
    """Every decoder of every subject, under every split."""
    input:
        [
            f"{RESULTS}/decoders/{split}/{decoder}/sub-{subject}.h5"
            for split in SETTINGS.splits
            for decoder in SETTINGS.decoders
            for subject in decoder_brains(decoder)
        ],
    localrule: True

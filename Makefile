# Two commands for users: `make demo` and `make test`. Each makes its own environment first.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
CORES ?= 2

.PHONY: help env demo test lint quick workflow recovery real faults browser slurm numbers tiny-clip docs-options clean

help: ## Show this list.
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

env: ## Make .venv (a thin layer over a cached environment with the exact pins).
	@tools/make_environment.sh

demo: env ## Run the default study and show where the report lies.
	@$(BIN)/snakemake --cores $(CORES)
	@$(BIN)/boldwise summary

test: lint quick workflow recovery browser numbers ## Run all checks and all suites.

lint: env ## Check style, types, spelling and the workflow.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/snakefmt --check Snakefile workflow/rules
	@$(BIN)/snakemake --lint
	@$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md config docs src tests workflow tools

quick: env ## Unit tests, and tests of the repository about itself.
	@$(BIN)/python -m pytest -n $(CORES) --dist worksteal tests/unit tests/repo

workflow: env ## Real runs of the workflow on a tiny study.
	@$(BIN)/python -m pytest tests/workflow --timeout 1200

recovery: env ## Simulated truth in, truth out: one subject in memory, six through the workflow.
	@$(BIN)/python -m pytest tests/recovery -m "not real" --timeout 1200

real: env ## The recovery of real brains (../shared/data), by hand.
	@$(BIN)/python -m pytest tests/recovery -m real --timeout 1200

faults: env ## Harm runs of a small study: kills, disks, clocks, bad files; resume them.
	@$(BIN)/python -m pytest tests/faults --timeout 1800

browser: env ## Open the report in a headless browser.
	@tools/install_browser.sh
	@$(BIN)/python -m pytest tests/browser

slurm: env ## Bring up a real SLURM on this machine, run studies through it, take it down.
	@tools/install_slurm.sh
	@$(BIN)/python -m pytest tests/slurm --timeout 3600

numbers: env ## Print the numbers of the house beside those of others.
	@$(BIN)/python tools/house.py

tiny-clip: env ## Train the tiny open_clip model that ships with boldwise.
	@$(BIN)/python tools/train_tiny_clip.py

docs-options: env ## Write the pages that code makes: options, schema, outputs.
	@$(BIN)/boldwise options --write

clean: ## Remove the environment's layer and all results.
	@rm -rf .venv results/*/ .snakemake

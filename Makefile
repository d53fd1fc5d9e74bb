# `make` lists what there is. Every target sets up what it needs by itself.
.DEFAULT_GOAL := help
.PHONY: help run test lint types unit e2e coverage bench docs lock runtime dev clean

BIN := .venv/bin
# `make lock UPGRADE=--upgrade` takes newer versions; without it only what changed in the .in files moves.
UPGRADE ?=
UV_COMPILE = uv pip compile --quiet $(UPGRADE) --python-version 3.10 --generate-hashes --no-header --no-emit-index-url
OVERRIDES := --override requirements-overrides.txt

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '%-14s %s\n' "$$name" "$$what"; done

run: runtime ## set up, prepare and serve on http://127.0.0.1:8080 (PORT=9000 changes it)
	@exec $(BIN)/tthc serve

test: lint types unit e2e ## every check and test, from a clean clone

lint: dev ## style and the walls between the rooms
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: dev ## mypy, strict
	$(BIN)/mypy

unit: dev ## tests that do not start the whole service
	$(BIN)/pytest -n auto --dist loadfile -m "not e2e and not browser"

e2e: dev ## tests of the whole running service, and in a browser
	$(BIN)/pytest -m "e2e or browser"

coverage: dev ## ask every facet of every procedure; writes var/coverage-report.md
	$(BIN)/python -m benchmarks.coverage

bench: dev ## measure; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

docs: dev ## write docs/commands.md from the help of the commands
	$(BIN)/python -m scripts.commands_doc > docs/commands.md

lock: ## lock the packages again after a change of a requirements*.in (needs uv)
	$(UV_COMPILE) requirements-bootstrap.in -o requirements-bootstrap.lock
	$(UV_COMPILE) requirements.in $(OVERRIDES) -o requirements.lock
	$(UV_COMPILE) requirements.in requirements-dev.in $(OVERRIDES) -o requirements-dev.lock

runtime: ## only the environment that serving needs
	@scripts/bootstrap.sh runtime

dev: ## only the environment that the tests need
	@scripts/bootstrap.sh dev

clean: ## remove the environment and caches; var/ (database, models) stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

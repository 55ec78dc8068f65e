# `make run` and `make test` are all that a newcomer needs. Both install what is missing first.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?=
SIZES ?= 50000,500000
HOMES ?= 500000

.PHONY: help setup setup-dev run people stop clean test lint unit integration contract format openapi lock bench bench-full bench-identity bench-geocoding bench-sync bench-surroundings bench-tiles bench-console bench-matching stress stress-sync stress-transfers mutants

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:
	@$(PYTHON) -m deploy.local.setup

setup-dev:
	@$(PYTHON) -m deploy.local.setup --dev

run: setup  ## start PostgreSQL, web and worker with the demo; PORT=8000 to choose the port
	@exec $(BIN)/python -m deploy.local.run $(if $(PORT),--port $(PORT))

people: setup  ## print how to sign in as the people of the demo, with the codes of the moment
	@$(BIN)/python -m deploy.local.people

stop:  ## stop what `make run` started
	@$(PYTHON) -m deploy.local.stop

clean: stop  ## stop, and delete the private cluster, the environment and everything generated
	@$(PYTHON) -m deploy.local.clean

test: setup-dev  ## run every check that CI runs
	@$(BIN)/python -m deploy.checks

lint: setup-dev  ## ruff, mypy, import-linter, djlint, squawk, lock files
	@$(BIN)/python -m deploy.checks lint

unit integration contract: setup-dev  ## run one kind of tests
	@$(BIN)/python -m pytest tests/$@

format: setup-dev  ## format and sort imports
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

openapi: setup-dev  ## write openapi/registry-v1.yaml from the code
	@$(BIN)/python -m deploy.openapi --write

lock: setup-dev  ## resolve the dependencies of pyproject.toml anew
	@$(BIN)/python -m deploy.lock

bench: setup-dev  ## measure the hot paths as ratios; SIZES=50000,500000 homes
	@$(BIN)/python -m tests.perf --sizes $(SIZES)

bench-full: setup-dev  ## the same up to 5,300,000 homes, where the ratios are judged (about half an hour)
	@$(BIN)/python -m tests.perf --sizes 50000,500000,5300000 --requests 100000 --judge

bench-identity: setup-dev  ## measure issuing and verifying tokens beside the bare cost of a signature
	@$(BIN)/python -m tests.perf.identity

bench-sync: setup-dev  ## measure whole files beside COPY and upserts; HOMES=500000
	@$(BIN)/python -m tests.perf.sync --homes $(HOMES) --background $(HOMES)

bench-geocoding: setup-dev  ## measure how often and how fast the local geocoder finds badly written addresses
	@$(BIN)/python -m tests.perf.geocoding

bench-tiles: setup-dev  ## measure vector tiles beside pgbench with their SQL, low zooms beside counting; HOMES=500000
	@$(BIN)/python -m tests.perf.tiles --homes $(HOMES)

bench-console: setup-dev  ## judge the server's time for each page of the console on a territory of 50,000 homes
	@$(BIN)/python -m tests.perf.console --judge

bench-matching: setup-dev  ## measure the homes for one case against 50,000 listed homes beside their SQL alone
	@$(BIN)/python -m tests.perf.matching
	@$(BIN)/python -m tests.perf.alerts

bench-surroundings: setup-dev  ## measure importing a city's network and what is computed on it beside the bare libraries
	@$(BIN)/python -m tests.perf.surroundings

mutants: setup-dev  ## sow each defect of tests/mutants, see whether the tests notice (a quarter of an hour); MUTANTS=names
	@$(BIN)/python -m tests.mutants $(MUTANTS)

stress-sync: setup-dev  ## the long versions for whole files: kills, a broken network, the feed of changes, every parser (half an hour)
	@REGISTRY_TEST_SCALE=full $(BIN)/python -m pytest tests/integration/sync/test_kills.py tests/integration/changes tests/unit/sync

stress-transfers: setup-dev  ## cases, proposals and holds against their model (half an hour); RUNS=1000 of 50 steps each, dealt to PROCESSES=2
	@REGISTRY_TEST_SCALE=full $(BIN)/python -m pytest -n $${PROCESSES:-2} -rP tests/integration/transfers/test_divergence.py

stress: setup-dev  ## the long versions of the concurrency and fuzz tests
	@REGISTRY_TEST_SCALE=full $(BIN)/python -m pytest tests/integration tests/contract

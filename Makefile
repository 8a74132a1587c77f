# `make run` starts the app and `make test` checks everything; only Python and make are needed.
# The environment is kept in $(VENV), and set up again when the list of dependencies changes.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
BENCH ?=

BIN := $(VENV)/bin
# Without --no-compile, pip would compile every file of every library, most of which are never read.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

# Servers, workers and scripts of the tests are hundreds of processes that import the same files:
# these are compiled once, even where the environment asks Python not to keep what it compiles.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test lint format types imports unit e2e browser bench bench-page bench-engine bench-frames bench-crowd bench-receipts bench-landscape bench-sweep bench-libraries clean
.DEFAULT_GOAL := help

help:
	@echo "make run       install what the app needs and start it on port $(PORT) (PORT=…)"
	@echo "make test      lint, types, import contract, unit, app and browser tests"
	@echo "make bench     the timing tables: engine against its peers, frames, crowds of viewers, the page;"
	@echo "               half an hour of it is one long play: BENCH='--minutes 0' leaves it out"
	@echo "make format    rewrite the code in the house style"
	@echo "make clean     remove the environment and all caches"
	@echo "Parts of make test: lint types imports unit e2e. PYTHON=… chooses the interpreter."

# --- setting up -----------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "nnviz needs Python 3.11 or later, and '$(PYTHON)' is not one. Name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON)' cannot make a virtual environment (see above). On Debian and Ubuntu its venv module is"; \
	  echo "a package of its own: apt install python3-venv. Or name another Python: make PYTHON=python3.12 …"; exit 1; }

$(VENV)/ready-to-run: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs (once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/ready-to-test: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (once) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/ready-to-run

$(VENV)/ready-to-bench: $(VENV)/ready-to-test
	@echo "Installing the libraries to measure against (once) …"
	@$(PIP) --editable '.[bench]'
	@touch $@

browser: $(VENV)/ready-to-test
	@$(BIN)/python tools/browser.py

# --- running --------------------------------------------------------------------------------------

run: $(VENV)/ready-to-run
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/ready-to-test
	@$(MAKE) --no-print-directory --jobs 2 lint types imports
	@$(MAKE) --no-print-directory unit e2e
	@echo "All checks passed."

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/ready-to-test
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(VENV)/ready-to-test
	$(BIN)/mypy

imports: $(VENV)/ready-to-test
	$(BIN)/lint-imports --no-logo

unit: $(VENV)/ready-to-test
	$(BIN)/python -m pytest --ignore=tests/e2e -n auto --dist worksteal

e2e: browser
	$(BIN)/python -m pytest tests/e2e -n auto --dist worksteal

bench: bench-engine bench-frames bench-landscape bench-sweep bench-receipts bench-crowd bench-page

bench-page: browser
	$(BIN)/python -m benchmarks.page $(BENCH)

bench-frames: $(VENV)/ready-to-test
	$(BIN)/python -m benchmarks.frames

bench-landscape: $(VENV)/ready-to-test
	$(BIN)/python -m benchmarks.landscape

bench-sweep: $(VENV)/ready-to-test
	$(BIN)/python -m benchmarks.sweep

bench-crowd: $(VENV)/ready-to-test
	$(BIN)/python -m benchmarks.crowd

bench-engine: $(VENV)/ready-to-bench
	$(BIN)/python -m benchmarks.engine

bench-receipts: $(VENV)/ready-to-bench
	$(BIN)/python -m benchmarks.receipts

bench-libraries: $(VENV)/ready-to-bench
	$(BIN)/python -m benchmarks.libraries

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tests/e2e/failures
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One command per need. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
EXTRAS ?=
LOCKS := locks
comma := ,
extras := $(subst $(comma), ,$(EXTRAS))

export VIRTUAL_ENV := $(abspath $(VENV))
export UV_LINK_MODE := copy

.PHONY: help run test check format unit integration acceptance chaos bench train chat setup setup-dev lock clean

help: ## List what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: setup ## Set up everything and serve on http://localhost:8000 (EXTRAS=openai adds a provider)
	@exec $(BIN)/commercial-agent serve

test: setup-dev check ## Set up everything and run every check and test
	@$(BIN)/pytest tests/unit -n auto
	@$(BIN)/pytest tests/integration tests/acceptance

check: setup-dev ## Fast checks: format, lint, types, layers
	@$(BIN)/ruff format --check --quiet src tests benchmarks
	@$(BIN)/ruff check --quiet src tests benchmarks
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

format: setup-dev ## Format the code
	@$(BIN)/ruff format src tests benchmarks
	@$(BIN)/ruff check --fix src tests benchmarks

unit: setup-dev ## The tests that need no database
	@$(BIN)/pytest tests/unit

integration: setup-dev ## The tests on a real PostgreSQL
	@$(BIN)/pytest tests/integration

acceptance: setup-dev ## The tests on the real server
	@$(BIN)/pytest tests/acceptance

chaos: setup-dev ## 10,000 messages while processes are killed and Twilio fails
	@$(BIN)/python -m tests.acceptance.chaos

bench: setup-dev ## Measure, each figure beside a floor or a rival
	@$(BIN)/python -m benchmarks

train: setup-dev ## Train the local understanding from training/*.yaml
	@$(BIN)/commercial-agent train

chat: setup ## Talk to the agent in the terminal
	@$(BIN)/commercial-agent chat

setup: $(VENV)/.runtime $(extras:%=$(VENV)/.extra-%) ## Install what running needs into .venv

setup-dev: setup $(VENV)/.dev ## Install what checking needs too

$(UV):
	@echo "Creating $(VENV) ..."
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	 elif command -v uv >/dev/null; then uv venv --quiet --seed --python $(PYTHON) $(VENV); \
	 else echo "Python's venv module is missing: install it (Debian: apt install python3-venv) or uv." >&2; exit 1; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.runtime: $(LOCKS)/runtime.lock pyproject.toml | $(UV)
	@echo "Installing the packages of $(LOCKS)/runtime.lock ..."
	@$(UV) pip install --quiet --require-hashes -r $(LOCKS)/runtime.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(LOCKS)/dev.lock pyproject.toml | $(VENV)/.runtime
	@echo "Installing the packages of $(LOCKS)/dev.lock ..."
	@$(UV) pip install --quiet --require-hashes -r $(LOCKS)/dev.lock
	@touch $@

$(VENV)/.extra-%: $(LOCKS)/%.lock | $(VENV)/.runtime
	@echo "Installing the packages of $< ..."
	@$(UV) pip install --quiet --require-hashes -r $<
	@touch $@

lock: | $(UV) ## Resolve the dependencies anew into locks/
	@for name in runtime openai anthropic google ollama dev; do \
	   case $$name in runtime) what="";; dev) what="--group dev --extra openai";; *) what="--extra $$name";; esac; \
	   $(UV) pip compile pyproject.toml --group build $$what --quiet --universal --python-version 3.11 \
	     --no-emit-index-url --generate-hashes --custom-compile-command "make lock" -o $(LOCKS)/$$name.lock || exit 1; \
	 done

clean: ## Remove the environment (the data in .data stays)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

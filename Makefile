# Everything a newcomer needs: make demo, make test, make serve. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for v in 3.12 3.13 3.11; do p=$$(command -v python$$v) && $$p -c 'import venv, ensurepip' 2>/dev/null && echo $$p && break; done || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# Three steps, each redone only when its list of packages has changed. Hashes are checked for every package.
$(VENV)/uv.done: requirements-uv.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.13 found; install one, or say make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Python {v[0]}.{v[1]} found; Adept needs 3.11 to 3.13. Say make PYTHON=/path/to/python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/run.done: $(VENV)/uv.done requirements.txt pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.done: $(VENV)/run.done requirements-test.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-test.txt
	@touch $@

install: $(VENV)/run.done ## Make .venv with the pinned packages

demo: install ## Run the sample programme through Airflow: eight quarterly evaluations
	$(BIN)/adept demo

serve: install ## Start Airflow's UI, scheduler and API on this machine
	$(BIN)/adept serve

test: $(VENV)/test.done ## Run all tests
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder -m "not prove and not bench"

prove: $(VENV)/test.done ## Large counts and soak runs (long)
	$(BIN)/python -m pytest -m prove --timeout 7200

bench: $(VENV)/test.done ## Benchmarks, side by side
	$(BIN)/python -m pytest -m bench --timeout 7200 -s

lock: ## Renew the hash-pinned lists of packages
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.txt
	$(UV) pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -c requirements.txt -o requirements-test.txt
	echo 'uv==0.13.9' | $(UV) pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-uv.txt

clean: ## Remove everything that make has made
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help install demo serve test prove bench lock clean

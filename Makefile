# These targets need Python 3.11 or newer with venv, make and a package registry. Everything else comes with the lock.
#   make demo [STORE=sqlite|dynamodb]   make test [ARGS="-k feed"]   make check   make generate   make docs
#   make bench   make bench-peers   make bench-page   make lock

PYTHON ?= python3
STORE  ?= sqlite
VENV   := .venv
BIN    := $(VENV)/bin
# Use this virtual environment only, and never write to the store that the user has configured.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME ASCEND_STORE
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup demo test check format generate bench bench-peers bench-page docs lock clean
.DEFAULT_GOAL := setup

setup: $(VENV)/.installed  ## make the virtual environment and install everything into it

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Ascend needs Python 3.11 or newer, and '$(PYTHON)' is older or missing. Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Creating $(VENV) and installing requirements.lock (a minute or so, the first time)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --no-input --no-deps --require-hashes -r requirements.lock
	@touch $@

# There is no build isolation, because it would fetch unlocked packages. The build backend is in the lock.
$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@echo "Installing ascend (editable)"
	@$(BIN)/python -m pip install -qq --no-input --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
ifeq ($(STORE),sqlite)
	@$(BIN)/ascend demo
else ifeq ($(STORE),dynamodb)
	@$(BIN)/python scripts/dynamodb_local.py run -- $(BIN)/ascend --store dynamodb://demo demo
else
	$(error STORE is sqlite or dynamodb, not '$(STORE)')
endif

test: setup
	@$(BIN)/pytest --numprocesses=auto $(ARGS)

check: setup
	@echo "Formatting";       $(BIN)/ruff format --check --quiet . || { echo "Run: make format" >&2; exit 1; }
	@echo "Lint";             $(BIN)/ruff check --quiet .
	@echo "Types: mypy";      $(BIN)/mypy
	@echo "Types: pyright";   $(BIN)/pyright
	@echo "Import contracts"; $(BIN)/lint-imports --no-logo
	@echo "Structure";        $(BIN)/python scripts/structure.py
	@echo "Advisories";       $(BIN)/python scripts/audit.py

format: setup
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

generate: setup  ## write every generated file again
	@PYTHONPATH=tests $(BIN)/python scripts/generate.py

bench: setup
	@PYTHONPATH=scripts $(BIN)/python -m bench $(ARGS)

bench-peers: setup  ## run other event stores beside this one, each in an environment of its own
	@PYTHONPATH=scripts $(BIN)/python -m bench_peers $(ARGS)

bench-page: setup  ## write the tables and plots of docs/reference/peers.md from results
	@PYTHONPATH=scripts $(BIN)/python -m bench_peers.page $(ARGS)

docs: setup  ## check every link and run every example
	@$(BIN)/pytest tests/docs $(ARGS)

lock:
	@PYTHON=$(PYTHON) scripts/lock.sh

clean:
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# `make run` does everything from a fresh clone; `make test` proves it. Python 3.11+ and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.PHONY: run test lint docs check release soak bench clean

run: $(INSTALLED) ## load the data, validate it, and answer the headline questions
	@$(BIN)/kgtools tour

test: $(INSTALLED_DEV) lint ## lint, type checks and all tests
	$(BIN)/python -m pytest -m "not soak"

lint: $(INSTALLED_DEV)
	$(BIN)/ruff check kgtools tests
	$(BIN)/ruff format --check kgtools tests
	$(BIN)/mypy
	$(BIN)/kgtools fmt --check

docs: $(INSTALLED_DEV) ## write the generated pages anew
	$(BIN)/python -m kgtools.pages

check: $(INSTALLED) ## prove the repository right
	@$(BIN)/kgtools check

release: $(INSTALLED) ## write the release into dist/
	@$(BIN)/kgtools build -o dist

soak: $(INSTALLED_DEV) ## the long proofs
	$(BIN)/python -m pytest -m soak

bench: $(INSTALLED_DEV) ## the benchmarks, run on purpose
	$(BIN)/kgtools bench --sizes 100,300 --timeout 300
	$(BIN)/kgtools bench --sizes 10000,100000 --engines fast --timeout 300
	$(BIN)/kgtools bench --sizes 10000,100000 --incremental

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made; on Debian and Ubuntu install the package python3-venv." >&2; exit 2; }
	@echo "Installing into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@$(BIN)/python -m compileall -q kgtools # so that the first command starts as quickly as the next
	@touch $@

$(INSTALLED_DEV): pyproject.toml $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@

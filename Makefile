# `make run` does everything from a fresh clone; `make test` proves it. Python 3.11+ and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
MINIMUM := .venv-minimum
# `make LOCKED=no …` installs by the ranges of pyproject.toml instead of the lock files, where a mirror lacks a locked file.
LOCKED ?= yes
INSTALL = -m pip install --quiet --disable-pip-version-check

.PHONY: run quick test test-minimum lint docs check release soak bench lock audit clean

run: $(INSTALLED) ## load the data, validate it, and answer the headline questions
	@$(BIN)/kgtools tour

quick: $(INSTALLED_DEV) ## within a minute: lint, the types of what changed since main, and the tests that it touches
	@$(BIN)/python -m tools.quick

test: $(INSTALLED_DEV) lint ## lint, type checks and all tests
	$(BIN)/python -m pytest -m "not soak"

# Old packages use what new ones that they stand on have deprecated; that is no fault of ours.
test-minimum: $(MINIMUM)/.installed ## the tests, or TESTS=…, with the oldest dependencies that pyproject.toml allows
	$(MINIMUM)/bin/python -m pytest -m "not soak and not newest" -W ignore::DeprecationWarning $(TESTS)

lint: $(INSTALLED_DEV)
	$(BIN)/ruff check kgtools tests tools
	$(BIN)/ruff format --check kgtools tests tools
	$(BIN)/mypy
	$(BIN)/kgtools fmt --check

docs: $(INSTALLED_DEV) ## write the generated pages anew
	$(BIN)/python -m tools.docs

check: $(INSTALLED) ## prove the repository right
	@$(BIN)/python -m tools.check --times

release: $(INSTALLED) ## write the release into dist/
	@$(BIN)/kgtools build -o dist

soak: $(INSTALLED_DEV) ## the long proofs
	@$(BIN)/python $(INSTALL) --require-hashes --no-deps --only-binary :all: -r requirements-fuzz.lock || \
	  echo "There is no atheris for this machine, so that guided fuzzing is left out." >&2
	$(BIN)/python -m pytest -m soak

bench: $(INSTALLED_DEV) ## the benchmarks, run on purpose
	$(BIN)/python -m tools.bench --sizes 100,300 --timeout 300
	$(BIN)/python -m tools.bench --sizes 10000,100000 --engines fast --timeout 300
	$(BIN)/python -m tools.bench queries
	$(BIN)/python -m tools.bench commands --sizes 10000,100000 --timeout 300
	$(BIN)/python -m tools.bench stores --sizes 100000 --timeout 300

lock: $(INSTALLED_DEV) ## write the lock files and the bill of materials anew; UPGRADE=--upgrade takes newer versions
	$(BIN)/python -m tools.lock $(UPGRADE)
	@$(MAKE) --no-print-directory $(INSTALLED_DEV)
	$(BIN)/python -m tools.sbom

audit: $(INSTALLED_DEV) ## ask the vulnerability service about the locked packages (needs the network)
	@$(BIN)/python -m tools.audit

clean:
	rm -rf $(VENV) $(MINIMUM) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made; on Debian and Ubuntu install the package python3-venv." >&2; exit 2; }
	@echo "Installing into $(VENV) (once)"

$(INSTALLED): pyproject.toml requirements.lock | $(BIN)/python
ifeq ($(LOCKED),no)
	@$(BIN)/python $(INSTALL) -e ".[reason]"
else
	@$(BIN)/python $(INSTALL) --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python $(INSTALL) --no-deps --no-build-isolation -e .
endif
	@$(BIN)/python -m compileall -q kgtools # so that the first command starts as quickly as the next
	@touch $@

$(INSTALLED_DEV): requirements-dev.lock $(INSTALLED)
ifeq ($(LOCKED),no)
	@$(BIN)/python $(INSTALL) -e ".[dev]"
else
	@$(BIN)/python $(INSTALL) --require-hashes --no-deps -r requirements-dev.lock
endif
	@touch $@

$(MINIMUM)/.installed: pyproject.toml requirements-minimum.lock
	@$(PYTHON) -m venv --clear $(MINIMUM)
	@$(MINIMUM)/bin/python $(INSTALL) --require-hashes --no-deps -r requirements-minimum.lock
	@$(MINIMUM)/bin/python $(INSTALL) --no-deps --no-build-isolation -e .
	@$(MINIMUM)/bin/python -m compileall -q kgtools
	@touch $@

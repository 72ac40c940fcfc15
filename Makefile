# Every target is one line of help; `make` alone prints them.
PYTHON ?= python3
PORT   ?= 8000
# As many tests at once as there are processors; TESTARGS= runs them one by one.
TESTARGS ?= -n auto
VENV   := .venv
BIN    := $(VENV)/bin
ROOMS  := app consent issuers keys standards verifiers wallet web
CODE   := $(ROOMS) tests benchmarks
INTEROP := $(if $(shell command -v npm),tests/interop/node/node_modules)

.DEFAULT_GOAL := help
.PHONY: help setup fmt lint types imports test check release-check races fuzz verdicts coverage run demo bench bench-audit lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## make ./.venv from the locked, hashed dependencies

# uv where it is at hand, plain pip where it is not: both install the same bytes.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
	  echo "setting up ./$(VENV) with uv"; \
	  uv venv --quiet --allow-existing --seed --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	  echo "setting up ./$(VENV) with pip (about a minute)"; \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . ; \
	fi
	@touch $@

fmt: setup ## format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix-only --quiet $(CODE)

lint: setup ## check style, every rule
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)

types: setup ## check types, strictly
	$(BIN)/mypy

imports: setup ## check the direction of imports
	$(BIN)/lint-imports

test: setup $(INTEROP) ## run every test
	$(BIN)/pytest $(TESTARGS)

# Other makers' packages for the interop tests; without npm those tests skip and say so.
tests/interop/node/node_modules: tests/interop/node/package-lock.json
	@if command -v npm >/dev/null 2>&1; then \
	  (cd tests/interop/node && npm ci --silent --no-audit --no-fund) && touch $@ || echo "npm could not install: interop tests will skip"; \
	fi

coverage: setup ## judge the branch coverage the last CI=true test run measured
	$(BIN)/coverage report --skip-covered --include='keys/*,standards/*,consent/*,verifiers/verifying/verification*' --fail-under=100
	$(BIN)/coverage report --skip-covered --fail-under=95

check: lint types imports test ## what CI runs

# Hours. 10,000 crash points and as many losses of power, 1,000 disk faults, 500 real kills.
release-check: setup ## crash the ledger thousands of times; before a release
	MYDATA_CRASH_POINTS=10000 MYDATA_DISK_FAULTS=1000 MYDATA_KILL_ROUNDS=500 \
	  $(BIN)/pytest $(TESTARGS) tests/consent/test_power_loss.py tests/consent/test_disk_faults.py tests/consent/test_durability.py

# Half an hour and more: a thousand rounds of fifty at once for each thing that is for one.
races: setup ## race for all that is issued once, a thousand rounds; before a release
	MYDATA_RACE_ROUNDS=1000 $(BIN)/pytest $(TESTARGS) tests/issuers/test_race_rounds.py

# Fifty times what CI has time for.
fuzz: setup ## call every address with what fits its description and what does not
	MYDATA_FUZZ_EXAMPLES=200 $(BIN)/pytest $(TESTARGS) tests/app/test_openapi_fuzz.py tests/issuers/test_fuzz.py

# Minutes. Every bit instead of one in eight, and thirty times what CI has time for.
verdicts: setup ## flip every bit that is signed, and compare 10,000 verdicts with another verifier
	MYDATA_VERDICTS=10000 MYDATA_FLIPPED_BITS=8 \
	  $(BIN)/pytest $(TESTARGS) tests/interop/test_same_verdicts.py tests/verifiers/test_flipped_bits.py

run: setup ## serve everything with demo data on http://localhost:8000 (PORT= changes it)
	@$(BIN)/mydata serve --demo --port $(PORT)

demo: setup ## walk the main job once, end to end
	@$(BIN)/mydata demo

bench: setup ## measure the hot paths, each against its limit in the same run
	@$(BIN)/python -m benchmarks

bench-audit: setup ## audit a log of a million entries offline, once: minutes to write it
	@$(BIN)/python -m benchmarks.large_audit

lock: ## lock the dependencies again, a week old at the least
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --python-version 3.11 --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z)" \
	  --group pyproject.toml:dev pyproject.toml -o requirements.lock

clean: ## remove what make made (never ./var)
	rm -rf .venv .venv-* tests/interop/node/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* build dist

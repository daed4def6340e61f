# The same commands for people and for CI. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many tests run at once: a file of tests stays with one process. Many of them wait, so more than there are cores.
WORKERS ?= 3
SAMPLES := .cache/samples
LOCKS := dev uv pulumi api processor notifier samples bench
BENCH := .cache/bench
CLIENTS := tests/clients/typescript

.PHONY: help setup run test check format chaos fuzz large bundle docs release bench lock clean

help:            ## show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## create .venv with the locked requirements
	@true

run: setup       ## run the whole system on this machine, without AWS
	@$(BIN)/python -m local up $(ARGS)

test: setup $(SAMPLES)/.installed $(CLIENTS)/node_modules/.installed ## run every test
	@$(BIN)/python -m tests.browser.chromium > /dev/null
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: setup     ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup    ## fix what ruff can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: setup     ## let Hypothesis look for an order of events that breaks a promise; ARGS for pytest
	@CHAOS_EXAMPLES=5000 CHAOS_STEPS=25 $(BIN)/python -m pytest tests/unit/processor/test_machine.py $(ARGS)

fuzz: setup      ## let Schemathesis look for requests that the API answers wrongly; ARGS for pytest
	@FUZZ_SECONDS=600 $(BIN)/python -m pytest -s tests/unit/api/test_fuzzing.py $(ARGS)

large: setup     ## run the tests that take minutes or gigabytes
	@$(BIN)/python -m pytest -m large $(ARGS)

bundle: setup    ## build the Lambda zips into .cache/bundles
	@$(BIN)/python -m components.bundle $(ARGS)

docs: setup      ## write what is generated from the code: openapi.json, docs/formats.md, docs/errors.md
	@$(BIN)/python -m api.document
	@$(BIN)/python -m local.formats > docs/formats.md
	@$(BIN)/python -m local.problems > docs/errors.md

release: docs     ## from now on clients rely on this openapi.json: keep it as the released one
	@cp openapi.json openapi.released.json

bench: setup $(BENCH)/.installed ## measure beside other libraries; writes bench/results.md
	@$(BENCH)/bin/python -m bench
	@$(BIN)/python -m bench.api

lock: setup      ## compile requirements/*.in into hashed *.txt
	cd requirements && for name in $(LOCKS); do \
	  ../$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" \
	    $$(case $$name in dev) ;; samples) echo "--no-deps" ;; *) echo "-c dev.txt" ;; esac) \
	    -o $$name.txt $$name.in || exit 1; done

clean:           ## remove what was built and installed, and the local system's data
	rm -rf $(VENV) $(CLIENTS)/node_modules $(CLIENTS)/generated .cache .local .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: requirements/dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found; install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $$($(PYTHON) --version) is too old; Python 3.11 or newer is needed (make PYTHON=/path/to/python3 …)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@

$(BENCH)/.installed: requirements/bench.txt | setup
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BIN)/uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes requirements/bench.txt
	@touch $@

$(SAMPLES)/.installed: requirements/samples.txt | setup
	@rm -rf $(SAMPLES)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(SAMPLES) --no-deps --require-hashes \
	  --requirement requirements/samples.txt
	@touch $@

$(CLIENTS)/node_modules/.installed: $(CLIENTS)/package-lock.json
	@command -v node > /dev/null && command -v npm > /dev/null || { echo "error: node or npm not found; the tests need Node.js 20 or newer with its npm"; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "error: Node.js $$(node --version) is too old; the tests need 20 or newer"; exit 1; }
	@cd $(CLIENTS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

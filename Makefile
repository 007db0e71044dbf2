# Two commands matter: `make run` and `make test`. `make help` lists the rest.
# Everything is set up once and again only when what it is made from has changed (stamps in .state/).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?=
LAN ?=
BOTS ?=
DATA ?=
PEERS ?=
FLAGS ?=
HALLS ?=
MODELS ?=
SHOTS ?=
# Two more than there are cores: many tests wait for sockets, children or a second to pass.
TEST_PROCESSES ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
BROWSERS ?= $(shell getconf _NPROCESSORS_ONLN)
# What fails is tried once more, and listed as RERUN: a machine that others use too loses a race now and then,
# and one of five thousand such tests would stop everybody. What is listed is to be mended all the same.
TRY_AGAIN := --reruns 1 -rR

# Compiled modules are kept, whatever the machine's habit: to compile them takes most of a start. Children that read
# uploads never write any (python -B).
export PYTHONDONTWRITEBYTECODE :=

# Steps that use one core each, two at a time; what one says is told when it has ended.
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)

# Where tests put what they make.
IN_MEMORY = $(if $(QUICK_FOLDER),TMPDIR=$(QUICK_FOLDER))
QUICK_FOLDER = $(shell .ci/quick_folder.sh)

VENV := .venv
BIN := $(VENV)/bin
STATE := .state
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input
SERVE_FLAGS := $(if $(PORT),--port $(PORT)) $(if $(LAN),--lan) $(if $(BOTS),--bots $(BOTS)) $(if $(DATA),--data-dir $(DATA))

CLIENT_SOURCES := $(shell find client assets/text -type f \
	-not -path '*/node_modules/*' -not -path 'client/dist/*' -not -path 'client/tests/*' 2>/dev/null)

say = @printf '\033[2m%s\033[0m %s\n' '[yuanzhan]' $(1)

## Use it

.PHONY: run
run: $(STATE)/python-run $(STATE)/client ## set everything up and start on http://localhost:8080, or the port of YUANZHAN_CONFIG (PORT=, LAN=1, BOTS=50, DATA=)
	$(call say,'starting')
	@exec $(BIN)/yuanzhan serve $(SERVE_FLAGS)

.PHONY: wheel
wheel: $(STATE)/python-dev $(STATE)/client ## one file with the server, the client and the halls: dist/*.whl
	$(call say,'building the wheel')
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >$(STATE)/wheel.log 2>&1 || { cat $(STATE)/wheel.log; exit 1; }
	@ls -lh dist/*.whl

## Work on it

.PHONY: dev
dev: $(STATE)/python-run $(STATE)/client ## reload the server and the client on each change: http://localhost:5173
	@exec $(BIN)/python .ci/dev.py

.PHONY: check
check: $(STATE)/python-dev $(STATE)/node ## the fast half of CI: ruff, mypy --strict, TypeScript strict, import table
	@$(SIDE_BY_SIDE) ruff types client-types imports

.PHONY: ruff types client-types imports vitest
ruff: $(STATE)/python-dev
	$(call say,'ruff')
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
types: $(STATE)/python-dev
	$(call say,'mypy --strict')
	@$(BIN)/mypy
client-types: $(STATE)/node
	$(call say,'TypeScript strict')
	@npm run --silent check --workspace client
imports: $(STATE)/python-dev
	$(call say,'import table')
	@$(BIN)/pytest -q --no-header tests/unit/architecture
vitest: $(STATE)/node ## the tests of the client
	$(call say,'vitest')
	@npm run --silent test --workspace client

.PHONY: test
test: ## everything CI runs: the checks, pytest, vitest, and the browser tests
	@$(SIDE_BY_SIDE) $(STATE)/python-dev $(STATE)/client types chromium vitest ruff client-types imports
	@$(MAKE) --no-print-directory pytest browser

.PHONY: unit
unit: pytest ## pytest and vitest, without a browser, beside what `make check` ran
	@$(MAKE) --no-print-directory vitest

.PHONY: pytest
pytest: $(STATE)/python-dev $(STATE)/client ## the tests of server, halls and tools
	$(call say,'pytest')
	@$(IN_MEMORY) $(BIN)/pytest -q --no-header $(TRY_AGAIN) --numprocesses $(TEST_PROCESSES) --dist worksteal -m "not slow" \
		--ignore tests/unit/architecture tests/unit

.PHONY: test-slow
test-slow: $(STATE)/python-dev $(STATE)/client ## what `make test` leaves out: every sample through the optimiser, more kills
	@$(BIN)/pytest -q --no-header --numprocesses $(TEST_PROCESSES) --dist worksteal -m slow tests

.PHONY: chromium
chromium:
	@.ci/browser.sh

.PHONY: browser
browser: $(STATE)/python-dev $(STATE)/client chromium ## the browser tests, with a real Chromium
	$(call say,'browser tests')
	@$(IN_MEMORY) $(BIN)/pytest -q --no-header $(TRY_AGAIN) --numprocesses $(BROWSERS) --dist loadfile --no-loadscope-reorder \
		--timeout 300 --timeout-method signal -m "not slow" tests/browser

.PHONY: evening
evening: $(STATE)/python-dev $(STATE)/client ## an operator's whole evening with 300 bots and 3 pages, in a real Chromium (5 minutes; SHOTS=folder for pictures)
	@.ci/browser.sh
	@EVENING_BOTS=300 BROWSER_TEST_SHOTS=$(SHOTS) $(BIN)/pytest -q --no-header --timeout 600 tests/browser/test_evening.py tests/browser/test_operators.py

.PHONY: client
client: $(STATE)/client ## build the client into client/dist

.PHONY: halls
halls: $(STATE)/python-dev $(STATE)/node ## build the halls of scenes/ anew (they are kept in the repository; HALLS=retail)
	$(call say,'building the halls')
	@$(BIN)/python -m assets.halls $(HALLS)
	@$(BIN)/yuanzhan hall check

.PHONY: verify-halls
verify-halls: $(STATE)/python-dev $(STATE)/node ## build the halls aside and compare each byte with what is kept (minutes)
	$(call say,'building the halls aside')
	@$(BIN)/python -m assets.halls --verify $(HALLS)

.PHONY: avatars
avatars: $(STATE)/python-dev ## build the avatars anew (they are kept in the repository)
	@$(BIN)/python -m assets.avatars.build

.PHONY: fonts
fonts: $(STATE)/python-dev $(STATE)/node ## make the heading face and the icon sprite anew (they are kept in the repository)
	@$(BIN)/python client/scripts/fonts.py
	@npm run --silent icons --workspace client

.PHONY: protocol
protocol: $(STATE)/python-run ## write the client's copy of the wire messages
	@$(BIN)/python -m yuanzhan.protocol.typescript

UV_COMPILE := uv pip compile pyproject.toml --python-version 3.11 --universal --quiet \
	--generate-hashes --no-emit-index-url --no-emit-find-links

.PHONY: lock
lock: ## resolve the dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo 'yuanzhan: uv is missing: install uv to resolve dependencies' >&2; exit 1; }
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV_COMPILE) --extra run --output-file requirements/run.txt
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV_COMPILE) --extra run --extra s3 --extra halls --extra fonts --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV_COMPILE) --extra plots --constraint requirements/dev.txt --output-file requirements/plots.txt
	@npm install --package-lock-only --no-audit --no-fund --loglevel=error
	@node -e 'const fs = require("fs"), lock = JSON.parse(fs.readFileSync("package-lock.json")); for (const p of Object.values(lock.packages)) delete p.funding; fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n")'

.PHONY: clean
clean: ## remove everything that was made here, except the data directory
	@rm -rf $(VENV) $(STATE) node_modules client/node_modules client/dist dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Measure it

.PHONY: bench-crowd
bench-crowd: $(STATE)/python-run ## 10,000 visitors in one hall, three times, into bench/crowd.json (6 minutes, a quiet machine)
	@$(BIN)/python bench/crowd.py

.PHONY: bench-assets
bench-assets: $(STATE)/python-dev $(STATE)/node ## sample models and made ones of up to 250 MB through check and optimiser: writes bench/ASSETS.md (MODELS=)
	@$(BIN)/python bench/assets.py $(MODELS)

.PHONY: bench-growth
bench-growth: $(STATE)/python-run ## how cost grows from 100 to 10,000 visitors, with a plot (8 minutes, a quiet machine)
	@$(PIP) install --no-compile --require-hashes -r requirements/plots.txt
	@$(BIN)/python bench/growth.py

.PHONY: bench-check
bench-check: $(STATE)/python-run $(STATE)/node ## checks of uploads beside a serving server: writes bench/CHECKS.md (MODELS=)
	@$(BIN)/python bench/check.py $(MODELS)

.PHONY: bench-peers
bench-peers: $(STATE)/python-run ## the crowd against Colyseus, websockets, aiohttp and Socket.IO: writes bench/RESULTS.md (PEERS=, FLAGS=)
	$(call say,'measuring: leave the machine alone meanwhile')
	@$(BIN)/python -m bench.peers $(if $(PEERS),--only $(PEERS)) $(FLAGS)

.PHONY: bench-acts
bench-acts: $(STATE)/python-dev $(STATE)/client ## how soon an act takes hold among 2,000 visitors: writes bench/acts.json (2 minutes, a quiet machine)
	@$(BIN)/python bench/acts.py

.PHONY: bench-console
bench-console: $(STATE)/python-dev $(STATE)/client ## what an operator's map of 10,000 costs page and server: writes bench/console.json (4 minutes, a quiet machine)
	@.ci/browser.sh
	@$(BIN)/python bench/console.py

.PHONY: kill-acts
kill-acts: $(STATE)/python-dev ## kill -9 the server at 20 random moments of acts (3 minutes)
	$(call say,'killing')
	@KILL_MOMENTS=20 $(BIN)/pytest -q --no-header tests/unit/moderation/test_kill.py

.PHONY: kill-uploads
kill-uploads: $(STATE)/python-dev ## kill -9 the server, or a child, at 20 random moments of uploads and checks (5 minutes)
	$(call say,'killing')
	@$(BIN)/python -m tests.kill.uploads --count 20

# ---- steps that are remembered

$(BIN)/python:
	@python=$$(.ci/tools.sh python) && \
	printf '\033[2m%s\033[0m %s\n' '[yuanzhan]' "making a virtual environment with $$python" && \
	$$python -m venv $(VENV)

$(STATE)/python-run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(call say,'installing the Python packages of the server')
	@mkdir -p $(STATE)
	@$(PIP) install --no-compile --require-hashes -r requirements/run.txt
	@$(PIP) install --no-compile --no-deps --no-build-isolation --editable .
	@$(BIN)/python .ci/compiled.py
	@touch $@

$(STATE)/python-dev: requirements/dev.txt $(STATE)/python-run
	$(call say,'installing the Python packages of the tests and tools')
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

$(STATE)/node: package-lock.json package.json client/package.json server/yuanzhan/jobs/node/package.json
	@.ci/tools.sh node
	$(call say,'installing the packages of the client')
	@mkdir -p $(STATE)
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATE)/client: $(STATE)/node $(CLIENT_SOURCES)
	$(call say,'building the client')
	@npm run --silent build --workspace client >$(STATE)/client.log 2>&1 || { cat $(STATE)/client.log; exit 1; }
	@node .ci/precompress.mjs client/dist
	@touch $@

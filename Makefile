# Backfile's set-up in two commands: `make site` and `make test`. `make` alone lists the rest.
#
# The environment is .venv, made from requirements.lock and nothing else. It is made anew when the
# lock, the folder's place or the Python changes; the project itself is linked into it anew when
# pyproject.toml changes. What tests need beyond Python goes to .tools (see tests/tools/install.sh).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$python; break; }; done)

# A virtual environment knows its own path and Python; a folder that was moved needs another one.
KEY = $(shell { pwd; $(PYTHON) -VV || true; } 2>/dev/null | cksum | cut -d ' ' -f 1)
LOCKED = .venv/.locked-$(KEY)
INSTALLED = .venv/.installed-$(KEY)

.PHONY: help site test property bench bench-search lighthouse screenshots schemas check lint format wheel lock \
	clean env tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: env ## build content/ into site/, with search
	@.venv/bin/backfile build
	@echo "open site/index.html"

test: env tools ## get what the tests need and run all of them (ARGS="-k links" for some)
	@.venv/bin/python -m pytest -n 2 $(ARGS)

property: export BACKFILE_SEQUENCES ?= 5000
property: env ## an hour of random edits: each warm build has to equal a clean one
	@.venv/bin/python -m pytest -n 2 -k any_edits $(ARGS) tests/test_warm.py

bench: env ## time builds, beside other generators where there are any (ARGS="--help")
	@.venv/bin/python -m benchmarks $(ARGS)

bench-search: env ## measure the search index, built and searched in Chromium (ARGS="--help")
	@.venv/bin/python -m benchmarks.search $(ARGS)

# Its packages run no scripts of their own when they are installed. The lock names no registry.
LIGHTHOUSE = .tools/lighthouse/.installed

$(LIGHTHOUSE): tests/tools/lighthouse/package.json tests/tools/lighthouse/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing (Debian: apt-get install npm)" >&2; exit 1; }
	@echo "installing Lighthouse"
	@mkdir -p .tools/lighthouse
	@cp $^ .tools/lighthouse
	@cd .tools/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --silent </dev/null
	@touch $@

lighthouse: site tools $(LIGHTHOUSE) ## build the sample and have Lighthouse look at its main pages
	@.venv/bin/python -m tests.lighthouse

screenshots: site tools ## build the sample and take docs/screenshots/ of every kind of page
	@.venv/bin/python -m docs.screenshot

schemas: env ## make builder/schemas/ anew from the readers of content/
	@.venv/bin/backfile --quiet schema --general --into builder/schemas

check: env ## report every problem of content/, write nothing
	@.venv/bin/backfile check

lint: env ## ruff and mypy
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

format: env ## mend what ruff can mend
	@.venv/bin/ruff check --fix-only --quiet
	@.venv/bin/ruff format

wheel: env ## pack builder/ and its theme into dist/
	@.venv/bin/python -m hatchling build --target wheel

# Hashes of the files for every platform. Made with the oldest Python that we support; pins that
# still fit stay, `make lock UPGRADE=--upgrade` moves all of them.
lock: ## make requirements.lock anew from pyproject.toml (Python 3.11)
	@python3.11 -m venv --clear .tools/lock
	@.tools/lock/bin/python -m pip install -qq pip-tools==7.6.2
	@CUSTOM_COMPILE_COMMAND="make lock" .tools/lock/bin/pip-compile --quiet $(UPGRADE) \
		--generate-hashes --extra test --extra media --build-deps-for editable --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-config \
		--output-file requirements.lock pyproject.toml
	@rm -rf .tools/lock
	@echo "made requirements.lock"

clean: ## remove what was built and every cache, keep .venv and .tools
	@find site -mindepth 1 ! -name .gitkeep -delete
	@rm -rf .backfile .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@find builder tests benchmarks -name __pycache__ -type d -exec rm -rf {} +

env: $(INSTALLED)

tools:
	@tests/tools/install.sh

$(LOCKED): requirements.lock
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv is missing (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@echo "making .venv from requirements.lock"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install -qq --require-hashes --requirement requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@.venv/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

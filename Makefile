# Every target sets up what it needs first; `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
TOOL := $(BIN)/latent-storage
STUDY ?= study.toml
PORT ?= 8000
QUICK := build/recordings/quick
LATENTS := build/latents/quick

.PHONY: help setup report measure gpu site serve test check clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/ready node_modules/.package-lock.json ## install everything into .venv and node_modules
	@./browser.sh

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	  --editable '.[all,dev]'
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is not installed: install Node.js (Debian: apt-get install nodejs npm)." >&2; exit 1; }
	npm ci --silent --no-audit --no-fund

report: setup ## play two short games, scan, encode, measure and render; then say where the site is
	$(TOOL) record --out $(QUICK)/native --episodes 2 --seconds 10
	$(TOOL) record --out $(QUICK)/note --games $(QUICK)/native/games --recipe note
	$(TOOL) scan $(QUICK)/native
	$(TOOL) scan $(QUICK)/note
	$(TOOL) encode $(QUICK)/native --out $(LATENTS) --autoencoder project/doom-dcae-f32c32
	$(TOOL) scan $(LATENTS)
	$(TOOL) measure --profile quick --out build/measurements
	$(TOOL) site --measurements build/measurements
	@echo "The site is in _site: open _site/index.html through 'make serve' (http://localhost:$(PORT)/)."

measure: setup ## run the full measurements of STUDY and append them to measurements/
	$(TOOL) measure --profile full --study $(STUDY)

gpu: setup ## pack what benchmarks/gpu.py needs on a machine with a GPU and no network
	$(BIN)/python benchmarks/prepare_gpu.py

site: setup ## render the report from the committed measurements
	$(TOOL) site

serve: setup ## serve the rendered site on PORT
	@echo "http://localhost:$(PORT)/ (Ctrl-C ends)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _site $(PORT)

test: setup ## run the tests
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: setup ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean: ## remove what was built, but not what was measured or installed
	rm -rf build _site .quarto

# Two doors: `make demo` and `make test`. Each does its own set-up on a machine with make and Python 3.11-3.13.
SHELL := /bin/bash
PY ?= python3
V := .venv/bin
UV := $(V)/uv --no-progress
PIP = $(UV) pip install -q --python $(V)/python --no-deps
SERVE ?= 1
export OMP_WAIT_POLICY ?= PASSIVE
export PYTHONDONTWRITEBYTECODE =
# Trust what the machine trusts (an office proxy with its own authority): uv and requests bring their own list otherwise.
BUNDLE := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
ifneq ($(BUNDLE),)
export UV_SYSTEM_CERTS ?= 1
export REQUESTS_CA_BUNDLE ?= $(BUNDLE)
endif
.PHONY: help setup demo test lint docs grades bundle lock clean
help:                    ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile
.venv/.uv: requirements/bootstrap.lock tools/bootstrap.sh
	@PY="$(PY)" bash tools/bootstrap.sh
	@touch $@
.venv/.run: .venv/.uv requirements/run.lock pyproject.toml tools/need.sh
	$(PIP) --require-hashes -r requirements/run.lock
	$(PIP) --no-build-isolation -e .
	@bash tools/need.sh libgomp
	@touch $@
.venv/.dev: .venv/.run requirements/all.lock
	$(PIP) --require-hashes -r requirements/all.lock
	@bash tools/need.sh browser
	@touch $@
.venv/.torch: .venv/.dev requirements/torch.lock
	@echo "torch: the CPU build, else the locked one (5 GB)"
	@UV_HTTP_RETRIES=0 $(UV) pip install -q --python $(V)/python --torch-backend=cpu 'torch==2.15.*' 2>/dev/null || $(PIP) --require-hashes -r requirements/torch.lock
	@$(V)/python -c 'import torch; print("torch", torch.__version__)'
	@touch $@
setup: .venv/.run        ## what the demo needs: no torch, no browser, no Java, no Maven
demo: .venv/.run         ## a synthetic city, its leads, the room on 127.0.0.1 (SERVE=0 stops after the leads)
	@SERVE=$(SERVE) $(V)/ringscope demo
test: lint               ## every test
	$(V)/python -m pytest -q -n 2 --dist loadfile
lint: .venv/.dev         ## ruff, mypy, import-linter
	$(V)/ruff check graph kg ingest gnn nlp vision app tools tests
	$(V)/mypy
	$(V)/lint-imports
docs: .venv/.run         ## pages made from the code
	$(V)/python tools/docs.py
grades: .venv/.run       ## recall and precision on three reported seeds, into README.md
	$(V)/python tools/grades.py
bundle:                  ## the canvas, built anew from frontend/ (needs node; the built file is checked in)
	cd frontend && npm ci --no-audit --no-fund && npm run build
lock: .venv/.uv          ## resolve anew: one resolution, three hashed files, no index named
	$(UV) lock --upgrade
	bash tools/export_locks.sh
clean:                   ## the environment only; data stays
	rm -rf .venv

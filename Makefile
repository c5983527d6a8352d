# `make report` and `make test` install what is missing and do the rest; nothing but Python, pip and make is needed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: report test lab check preview browser lock clean

report: $(READY)  ## Build the report and open it
	$(BIN)/dateline build --open

test: $(READY) browser  ## Run every test, the browser's included
	$(BIN)/ruff check src tests
	$(BIN)/python -m pytest

lab: $(READY)  ## Open the notebooks in JupyterLab
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements-lab.lock
	$(BIN)/jupyter lab notebooks

check: $(READY)  ## Is the study valid?
	$(BIN)/dateline check

preview: $(READY)  ## Serve the report and rebuild it on every change
	$(BIN)/dateline preview --open

# The system's pip works on the new environment: venv's own needs a package that some systems leave out.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --without-pip --clear $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

browser: $(READY)
	$(BIN)/python tests/browser.py

COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock:  ## Write the two lock files anew (needs uv)
	$(COMPILE) --extra test --extra lock --output-file requirements.lock
	$(COMPILE) --extra lab --constraint requirements.lock --output-file requirements-lab.lock

clean:
	rm -rf $(VENV) _site _site-full .dateline

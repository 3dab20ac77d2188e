# Two commands: `make report` makes the executive report of the demo study, `make test` runs the tests.
# Both install what they need into .venv; Python 3.11+, pip and make are all they ask for.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCE ?=
LANG_REPORT ?= en

.PHONY: report test lint notebooks docs docs-check bench lab clean

report: $(VENV)/.core
ifeq ($(strip $(SOURCE)),)
	@$(BIN)/cxkit demo --no-open --lang $(LANG_REPORT)
else
	@$(BIN)/cxkit run executive -p source="$(SOURCE)" -p lang=$(LANG_REPORT)
endif

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: $(VENV)/.test
	$(BIN)/python tests/notebooks/checked_cells.py notebooks/*.ipynb
	$(BIN)/python -m pytest --nbval-lax --color=no -p no:randomly -p no:cacheprovider notebooks

docs: $(VENV)/.core
	$(BIN)/python docs/generate.py

docs-check: $(VENV)/.core
	$(BIN)/python docs/generate.py --check

bench: $(VENV)/.test
	$(BIN)/python bench/tally.py
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/bootstrap.py
	$(BIN)/python bench/read.py

lab: $(VENV)/.core
	$(BIN)/python -m pip install -q -c requirements.lock -e '.[lab]'
	$(BIN)/jupyter lab notebooks

$(VENV)/.pip:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.core: $(VENV)/.pip pyproject.toml requirements.lock
	$(BIN)/python -m pip install -q -c requirements.lock -e .
	@touch $@

$(VENV)/.test: $(VENV)/.core
	$(BIN)/python -m pip install -q -c requirements.lock -e . --group test --group spark
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	$(BIN)/python -m pip install -q -c requirements.lock -e . --group lint
	@touch $@

clean:
	rm -rf $(VENV) build dist

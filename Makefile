# One command each; every target makes the virtual environment first if it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup example test promises lint types imports docs docs-check site check bench clean

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

# Exit status 1 says that something is held, which is what the example shows.
example: setup
	$(BIN)/scrubber scrub fixtures/837/broken/example.837 -o out --as-of 2026-06-30 --force --diff || test $$? -eq 1
	ls -l out

test: setup
	$(BIN)/pytest

# What the watch folder promises: minutes as it is, half an hour with SCRUBBER_PROMISES=full. Best as root.
promises: setup
	$(BIN)/pytest -m promises -n 0

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python tools/generate_docs.py
	$(BIN)/python tools/generate_fields.py
	$(BIN)/python tools/build_tables.py

docs-check: setup
	$(BIN)/python tools/generate_docs.py --check
	$(BIN)/python tools/generate_fields.py --check
	$(BIN)/python tools/build_tables.py --check

# The documentation as a site, in build/site.
site: setup
	$(BIN)/pip install --quiet --editable '.[docs]'
	$(BIN)/mkdocs build --strict

check: lint types imports docs-check test

bench: setup
	$(BIN)/python bench/scrub.py

clean:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# One command each; every target makes the virtual environment first if it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The oldest supported Python: what it needs is enough for the newer ones.
LOCK_PYTHON ?= python3.11
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(UPGRADE)

.PHONY: setup hooks example test promises lint types imports docs docs-check site wheel wheel-check sbom static check \
	coverage fuzz spark laws lock bench clean

setup: $(VENV)/ready

# The locked versions, then the project itself; building it uses what is locked, too.
$(VENV)/ready: pyproject.toml requirements/dev.lock scrubber/version.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

hooks: setup
	$(BIN)/pre-commit install

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
	$(BIN)/python tools/generate_rule_lists.py
	$(BIN)/python tools/generate_schemas.py
	$(BIN)/python tools/build_tables.py

docs-check: setup
	$(BIN)/python tools/generate_docs.py --check
	$(BIN)/python tools/generate_fields.py --check
	$(BIN)/python tools/generate_rule_lists.py --check
	$(BIN)/python tools/generate_schemas.py --check
	$(BIN)/python tools/build_tables.py --check

# The documentation as a site, in build/site.
site: setup
	$(BIN)/mkdocs build --strict

wheel: setup
	rm -f dist/*.whl
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . > /dev/null

wheel-check: wheel
	$(BIN)/python tools/check_wheel.py dist/*.whl

# What is in an installation: the project and the packages that it needs to run.
sbom: setup
	mkdir -p dist
	$(BIN)/python tools/make_sbom.py dist/sbom.cdx.json

# The one list of checks. `.ci/run` and the pre-commit hook run `static`; the tests come on top.
static: lint types imports docs-check site wheel-check

check: static test

# The floor is in pyproject.toml.
coverage: setup
	$(BIN)/coverage erase
	$(BIN)/pytest --cov --cov-report=term --cov-report=html:build/coverage

# Each target is fuzzed for so long, one after the other; what was learned is in build/fuzz, and is used again.
SECONDS ?= 300
fuzz: build/fuzz/ready
	for target in reader guide claim tables configuration; do \
		build/fuzz/venv/bin/python -m tests.fuzz.run $$target -max_total_time=$(SECONDS) -print_final_stats=1 || exit 1; \
	done

build/fuzz/ready: requirements/fuzz.lock
	$(LOCK_PYTHON) -m venv build/fuzz/venv
	build/fuzz/venv/bin/pip install --quiet --require-hashes -r requirements/fuzz.lock
	touch $@

# The tests under real Spark; Java 17 or 21 must be there.
spark: build/spark/ready
	build/spark/venv/bin/python -m pytest -m spark -n 0 tests/spark

build/spark/ready: requirements/spark.lock
	$(LOCK_PYTHON) -m venv build/spark/venv
	build/spark/venv/bin/pip install --quiet --require-hashes -r requirements/spark.lock
	touch $@

# Files of which every envelope is damaged, judged by a reader of the tests.
FILES ?= 3000
SEED ?= 0
laws: setup
	$(BIN)/python -m tests.laws.check_laws --files $(FILES) --seed $(SEED)

# `make lock UPGRADE=--upgrade` takes the newest releases; without it only what pyproject.toml asks for changes.
lock:
	$(LOCK_PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet 'pip-tools>=7.5'
	$(COMPILE) --output-file requirements/run.lock pyproject.toml
	$(COMPILE) --extra dev --extra docs --extra arrow --extra serve --output-file requirements/dev.lock pyproject.toml
	$(COMPILE) --extra dev --extra fuzz --output-file requirements/fuzz.lock pyproject.toml
	$(COMPILE) --extra dev --extra spark --output-file requirements/spark.lock
	! grep -nE '://|^--(index|extra|find|trusted)' requirements/*.lock

# Speed and memory, beside pyx12 and two others, which it installs in a cache folder: writes docs/performance.md.
# The machine should have nothing else to do, for the better part of an hour.
bench: setup
	$(BIN)/python bench/performance.py --write $(BENCH)

clean:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*

# The commitment extractor: `make run` sets up, reads the corpus and serves it; `make test` sets up and tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PORT ?= 8001
export HF_HUB_OFFLINE := 1

.PHONY: run setup db serve test test-browser test-crash test-fuzz bench bench-read bench-find bench-fields bench-link \
	bench-web screenshots licences lint format lock wheel clean

run: db serve

setup: $(READY)

# The lock pins every package; torch comes first and by itself, so that no other package draws in another build.
$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint requirements.lock torch
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '.[dev]'
	touch $@

db: setup
	$(BIN)/extractor run corpus/documents --db commitments.db

serve: setup
	$(BIN)/extractor serve commitments.db --port $(PORT)

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pages in Debian's Chromium (or the one that CHROMIUM names), at the width of a desk and of a phone.
test-browser: setup
	$(BIN)/python -m pytest tests/browser/in_*.py

# Thousands of broken files, and those built to overfill a reader; FUZZ=random draws others than last time.
test-fuzz: setup
	$(BIN)/python -m pytest tests/fuzz/in_fuzz.py

# Whole runs beside a plain loop of other tools over the same documents, and what a run costs that changes little.
bench: setup
	$(BIN)/python -m tests.bench.whole $(BENCH)

# Runs killed at random moments (ROUNDS=200 for a long evening), then resumed and compared byte for byte.
test-crash: setup
	$(BIN)/python -m pytest tests/crash/in_crash.py

# Pages a second and faithfulness of the PDF readers on the same pages, and the memory for 2,000 pages; BENCH passes options.
bench-read: setup
	$(BIN)/python -m tests.bench.read $(BENCH)

# How long extraction takes beside encoding every sentence of the same document.
bench-find: setup
	$(BIN)/python -m tests.bench.find $(BENCH)

# The field finders beside other libraries (BENCH="--python …" names an interpreter that has them), statements a second.
bench-fields: setup
	$(BIN)/python -m tests.bench.fields $(BENCH)

# Linking 100,000 made-up statements, and one document more: time, memory, recall of the search.
bench-link: setup
	$(BIN)/python -m tests.bench.link $(BENCH)

# Every page of a made-up database of 100,000 commitments, asked for by eight readers at once.
bench-web: setup
	$(BIN)/python -m tests.bench.web $(BENCH)

# The pictures of the pages in the README.
screenshots: setup
	$(BIN)/python -m tests.browser.screenshots

# Pin what is installed now; to upgrade, install the newer versions first.
lock: setup
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

# What all that is shipped and needed may be used under, as the packages say of themselves.
licences: setup
	$(BIN)/python -m tests.licences > models/LICENCES.md

wheel: setup
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build commitments.db commitments.db-wal commitments.db-shm commitments.db.index

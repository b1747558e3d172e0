# What a person does here, one command each. Plain `make` lists them.
PYTHON ?= python3
BIN := .venv/bin
TEMPLATES := find templates identity documents -name '*.html'
# The checks judge the app as it is deployed, whatever this shell or a .env says.
DEPLOYED := DEBUG=false ENV_FILE=scripts/production.env

.DEFAULT_GOAL := help
.PHONY: help run test bench mutants figures check format lock

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: ## start Foyer at http://127.0.0.1:8000 (other HOST and PORT from the environment)
	@$(PYTHON) scripts/port.py
	@$(PYTHON) scripts/install.py requirements.txt
	@$(BIN)/python -m scripts.serve

test: .venv/requirements-dev.txt ## run every test, in a browser and on PostgreSQL too
	@$(BIN)/python -m scripts.test

bench: .venv/requirements-dev.txt ## measure what checks, pages, tabs, sessions, strangers and dawdlers cost
	@$(BIN)/python -m tests.benchmarks

mutants: .venv/requirements-dev.txt ## take guards away one by one and see tests notice; hours, or MODULE=identity/policy.py
	@$(BIN)/python -m scripts.mutants $(MODULE)

figures: .venv/requirements-dev.txt ## count modules, sizes, docstrings, odd words, and files that a sign-in runs through
	@DEBUG=true $(BIN)/python -m scripts.measure_code

check: .venv/requirements-dev.txt ## judge format, lint, types, walls, templates, deployment, migrations
	$(BIN)/ruff format --check --quiet .
	$(TEMPLATES) | xargs $(BIN)/djade --check --target-version 5.2
	$(BIN)/ruff check --quiet .
	DEBUG=true $(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	DEBUG=true $(BIN)/python -m scripts.templates
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(DEPLOYED) IDENTITY_URL=https://identity.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	DEBUG=true $(BIN)/python manage.py makemigrations --check

format: .venv/requirements-dev.txt ## put Python and templates into their one format
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .
	$(TEMPLATES) | xargs $(BIN)/djade --target-version 5.2

lock: .venv/requirements-dev.txt ## pin every dependency anew, with hashes, from requirements*.in
	$(BIN)/uv $(LOCK) requirements.in -o requirements.txt
	$(BIN)/uv $(LOCK) requirements-dev.in -o requirements-dev.txt

LOCK := pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.venv/requirements-dev.txt: requirements-dev.txt
	@$(PYTHON) scripts/install.py requirements-dev.txt

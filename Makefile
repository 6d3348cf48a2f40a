# What a newcomer needs: make run, make test. The rest: make help.
# Runs with nothing installed but Python 3.11 or newer; another one is named with PYTHON=/path/to/python3.

.DEFAULT_GOAL := help
.PHONY: help run test test-servers test-long lint format bench bench-servers screens lock

# The first Python that is new enough; then the virtual environment with the locked dependencies.
BOOTSTRAP = for p in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if [ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; p=; \
	done; \
	if [ -z "$$p" ]; then \
		echo "No se encontró Python 3.11 o posterior. Instálelo, o indíquelo con PYTHON=/ruta/a/python3." >&2; exit 1; \
	fi; \
	"$$p" -I config/bootstrap.py
VENV = .venv/bin/python
SERVERS = $(and $(DATABASE_URL),$(BROKER_URL),$(ARCHIVE_URL),$(SEARCH_URL))
EMBEDDED = $(if $(DATABASE_URL)$(BROKER_URL)$(ARCHIVE_URL)$(SEARCH_URL),,embedded)
UNSELECTED = $(if $(PLANS_DIR),,and not plans) $(if $(SERVERS),,and not servers) $(if $(EMBEDDED),,and not embedded)
# A worker that dies is not replaced: the run would wait for ever for what it had in hand.
PYTEST = $(VENV) -m pytest -n 2 --dist loadscope --max-worker-restart 0
ROOMS = config portal desk workflows search signing docs_store organization law ledger
DEPLOYED = DEMO=0 TLS=1 ALLOWED_HOSTS=chasqui.example SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ

help: ## This list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: ## Starts everything, with the demo: make run, make run ENTITY=callao-2011, make run BIND=127.0.0.1:8001.
	@$(BOOTSTRAP) && DEMO=1 PYTHONUNBUFFERED=1 exec $(VENV) manage.py serve

test: ## Every test with reduced counts, on what the environment names; the plans' tests where PLANS_DIR is set.
	@$(BOOTSTRAP) --dev && $(PYTEST) -m "not long $(UNSELECTED)"

test-servers: ## The same tests on the servers that DATABASE_URL, BROKER_URL, ARCHIVE_URL and SEARCH_URL name: all four.
	@$(if $(SERVERS),,echo "Indique los cuatro servidores: DATABASE_URL, BROKER_URL, ARCHIVE_URL y SEARCH_URL." >&2; exit 1)
	@REQUIRE_ALL_TESTS=1 $(MAKE) --no-print-directory test

test-long: ## Every test with the full counts.
	@$(BOOTSTRAP) --dev && LONG=1 $(PYTEST) -o faulthandler_timeout=7200 -m "(long or not long) $(UNSELECTED)"

lint: ## Style, types, layers, migrations, deployment checks.
	@$(BOOTSTRAP) --dev
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	DATA_DIR=build/lint $(VENV) -m mypy $(ROOMS) tests benchmarks
	$(VENV) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
	DATA_DIR=build/lint $(VENV) manage.py makemigrations --check --dry-run
	DATA_DIR=build/lint $(DEPLOYED) $(VENV) manage.py check --deploy --fail-level WARNING

format: ## Formats the code.
	@$(BOOTSTRAP) --dev
	$(VENV) -m ruff check --fix-only .
	$(VENV) -m ruff format .

bench: ## Prints the table of benchmarks: floor, result, ratio, what is required.
	@$(BOOTSTRAP) --dev && $(VENV) -m benchmarks

bench-servers: ## The table on real servers, with a million files: make bench-servers, EXPEDIENTES=50000, SECONDS=600.
	@$(if $(SERVERS),,echo "Indique los cuatro servidores: DATABASE_URL, BROKER_URL, ARCHIVE_URL y SEARCH_URL." >&2; exit 1)
	@$(BOOTSTRAP) --dev && $(VENV) -m benchmarks.scale bench \
		$(if $(INSTALLATION),--name $(INSTALLATION)) $(if $(EXPEDIENTES),--expedientes $(EXPEDIENTES)) $(if $(SECONDS),--seconds $(SECONDS))

screens: ## Writes every page at both widths to build/screens/.
	@$(BOOTSTRAP) --dev && $(VENV) -m tests.browser.screens

lock: ## Writes the lock files anew from requirements*.in.
	@$(BOOTSTRAP) --dev && $(VENV) -m pip install --quiet uv
	for name in requirements requirements-dev; do \
		$(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
			--no-header --no-annotate --no-emit-index-url $$name.in --output-file $$name.lock || exit 1; \
	done
